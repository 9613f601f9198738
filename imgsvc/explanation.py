"""What a URL means and what would be made of it, in lines for people; no pixel is touched."""

from collections.abc import Iterator
from dataclasses import fields

from imgsvc.decision import Decision
from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions
from imgsvc.rendering import Job

Line = tuple[str, str]


def explain(job: Job, decision: Decision) -> list[Line]:
    """Subject and statement, in the order of the journey."""
    return [
        ("source URL", job.source_url),
        *(("option", text) for text in changed_options(job.options)),
        ("source image", _source(decision)),
        ("format", _format(job, decision)),
        *_plan(job.options, decision),
    ]


def changed_options(options: ProcessingOptions) -> Iterator[str]:
    """The options that differ from what they are by themselves."""
    plain = ProcessingOptions()
    for each in fields(options):
        value = getattr(options, each.name)
        if value != getattr(plain, each.name):
            yield f"{each.name} = {_shown(value)}"


def _shown(value: object) -> str:
    if isinstance(value, Format):
        return value.word
    if isinstance(value, tuple) and value and isinstance(value[0], Format):
        return ", ".join(each.word for each in value)
    return str(value)


def _source(decision: Decision) -> str:
    header = decision.header
    words = [header.format.word, f"{header.size.width}x{header.size.height} as stored"]
    if header.orientation != 1:
        words.append(f"EXIF orientation {header.orientation}")
    words.append(f"{header.frames} frames" if header.frames > 1 else "one frame")
    words.append("alpha" if header.has_alpha else "no alpha")
    return ", ".join(words)


def _format(job: Job, decision: Decision) -> str:
    if decision.is_skipped:
        return f"{decision.format.word}, the source itself, not processed"
    asked = job.options.format
    if asked is None:
        return f"{decision.format.word}, chosen: none is requested"
    if asked is decision.format:
        return f"{decision.format.word}, as requested"
    return f"{decision.format.word}, enforced: {asked.word} is requested, but the client accepts better"


def _plan(options: ProcessingOptions, decision: Decision) -> Iterator[Line]:
    if decision.is_skipped:
        return
    if decision.plan is None:
        yield (
            "plan",
            f"once the border of threshold {options.trim.threshold:g} is cut off: its size is not in the header",
        )
        return
    yield from decision.plan.describe()
    if decision.frames > 1:
        yield "frames", str(decision.frames)
    size = decision.plan.result_size
    yield "result", f"{size.width}x{size.height} {decision.format.word}"
