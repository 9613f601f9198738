"""What a URL means and what would be made of it, in lines for people and as JSON; no pixel is touched."""

from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import zip_longest
from typing import Any

from imgsvc.commands.boxes import on_result, on_source
from imgsvc.imaging.decision import Decision
from imgsvc.info.answer import needs_header, needs_whole
from imgsvc.options.info import InfoOptions
from imgsvc.options.orientation import upright
from imgsvc.options.processing import ProcessingOptions
from imgsvc.rendition import Job
from imgsvc.transforms.planning.plan import Plan
from imgsvc.transforms.watermark import describe
from imgsvc.url.pipelines import SEPARATOR
from imgsvc.url.settings import OptionDefaults
from imgsvc.url.table import OPTIONS
from imgsvc.url.telling import told

Line = tuple[str, str]


def explain(job: Job, decision: Decision, defaults: OptionDefaults = OptionDefaults()) -> list[Line]:
    """Subject and statement, in the order of the journey."""
    return [
        ("source URL", str(job.source)),
        *(("option", text) for text in changed_options(job.options, defaults)),
        ("source image", _source(decision)),
        *_colors(decision),
        ("format", _format(job, decision)),
        *_plan(job.options, decision),
    ]


def explain_as_json(job: Job, decision: Decision, defaults: OptionDefaults = OptionDefaults()) -> dict[str, Any]:
    """The same lines, with sizes and boxes as numbers: shares of the upright source's sides, or of the result's."""
    header = decision.header
    result = decision.plans[-1].result_size if len(decision.plans) == len(job.options.pipelines) else None
    return {
        "lines": explain(job, decision, defaults),
        "source": {
            "format": header.format.word,
            "size": upright(header.size, header.orientation),
            "frames": header.frames,
        },
        "result": {"format": decision.format.word, "size": result, "frames": decision.frames},
        "on_source": [each._asdict() for each in on_source(decision)],
        "on_result": [each._asdict() for each in on_result(decision)],
    }


def question(job: Job, options: InfoOptions) -> list[Line]:
    """The same of what is asked about a source."""
    asked = [("option", ":".join(each)) for each in told(options).items()]
    whole = "all of it" if needs_whole(options) else "its header" if needs_header(options) else "its first bytes"
    return [("source URL", str(job.source)), *asked, ("is read", whole)]


def changed_options(options: ProcessingOptions, defaults: OptionDefaults = OptionDefaults()) -> Iterator[str]:
    """What is asked for, as a URL would say it; without what the settings' `defaults` ask for anyway."""
    for each in options.pipelines:
        if each is not options:
            yield SEPARATOR
        usual: dict[str, Any] = {
            field.name: None for field in fields(defaults) if getattr(each, field.name) == getattr(defaults, field.name)
        }
        wishes = replace(each, **usual)
        for row in OPTIONS:
            yield from (":".join((row.names[0], *arguments)) for arguments in row.build(wishes))


def _source(decision: Decision) -> str:
    header = decision.header
    words = [header.format.word, f"{header.size.width}x{header.size.height} as stored"]
    if header.orientation != 1:
        words.append(f"EXIF orientation {header.orientation}")
    words.append({None: "several frames", 1: "one frame"}.get(header.frames, f"{header.frames} frames"))
    words.append("alpha" if header.has_alpha else "no alpha")
    return ", ".join(words)


def _colors(decision: Decision) -> Iterator[Line]:
    """What is assumed where no profile says it, and what comes of a gain map."""
    header = decision.header
    if header.color_space:
        yield "colors", header.color_space.describe()
    if header.has_gain_map:
        yield "gain map", "cut, scaled and turned with the picture" if decision.keeps_gain_map else "left out"


def _format(job: Job, decision: Decision) -> str:
    if decision.is_skipped:
        return f"{decision.format.word}, the source itself, not processed"
    if job.options.placeholder:
        return f"{job.options.placeholder.word}, a text in place of the picture"
    asked = job.options.format
    if job.options.best:
        return "the smallest of what may be sent, which is known once it is written"
    if asked is None:
        return f"{decision.format.word}, chosen: none is requested"
    if asked is decision.format:
        return f"{decision.format.word}, as requested"
    return f"{decision.format.word}, enforced: {asked.word} is requested, but the client accepts better"


def _plan(options: ProcessingOptions, decision: Decision) -> Iterator[Line]:
    if decision.is_skipped:
        return
    if decision.plans and decision.header.is_page:
        several = f", and up to {options.pages - 1} more below it" if options.pages > 1 else ""
        yield "page", f"{options.page}, or the last{several}"
    yield from _pipelines(options, decision.plans)
    if len(decision.plans) < len(options.pipelines):
        return
    if decision.frames > 1:
        yield "frames", str(decision.frames)
    size = decision.plans[-1].result_size
    word = "in the smallest format" if options.best else (options.placeholder or decision.format).word
    yield "result", f"{size.width}x{size.height} {word}"
    if options.never_larger:
        yield "bytes", "no more than the source has, by less quality or by the source itself, where that can be"


def _pipelines(options: ProcessingOptions, plans: tuple[Plan, ...]) -> Iterator[Line]:
    """Those that are planned, and why no more of them are."""
    for number, (wishes, plan) in enumerate(zip_longest(options.pipelines, plans), 1):
        if options.chained:
            yield "pipeline", f"{number} of {len(options.pipelines)}"
        if plan is None:
            decoded = "it is decoded whole and " if number == 1 else ""
            yield (
                "plan",
                f"once {decoded}the border of threshold {wishes.trim.threshold:g} is cut off: "
                "its size is not in the header",
            )
            return
        yield from plan.describe()
        yield from describe(wishes.watermark)
        if number < len(options.pipelines):
            size = plan.result_size
            yield "gives", f"{size.width}x{size.height} to the next pipeline"
