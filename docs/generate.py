"""Writes the pages that are made from the code's tables, or says which are out of date.

python -m docs.generate            exit code 1 if a page is out of date
python -m docs.generate --write    bring them all up to date
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, fields
from inspect import cleandoc
from pathlib import Path
from textwrap import wrap
from typing import Any

from docs import pictures
from docs.dashboard import dashboard_page
from imgsvc import errors
from imgsvc.config import Config, limits_in_seconds
from imgsvc.runtime.timeouts import BY_NAME, TIMEOUTS, Timeout, seconds_of
from imgsvc.settings.env import PREFIXES, variables
from imgsvc.settings.envfile import quoted
from imgsvc.settings.foreign import FOREIGN, Foreign
from imgsvc.telemetry.metrics import CAUSES, METRICS, RESULTS, Metric
from imgsvc.url.info.rows import INFO_OPTIONS
from imgsvc.url.row import OptionRow
from imgsvc.url.table import OPTIONS

DOCS = Path(__file__).parent
HEAD = "<!-- Made by docs/generate.py from {source}: change that, then run `./check docs --write`. -->\n\n"


def url_page() -> Iterator[str]:
    """The grammar, then every option in the order of the table."""
    yield HEAD.format(source="imgsvc/url/table.py")
    yield (DOCS / "heads/url.md").read_text("utf-8")
    yield "\n## Options\n"
    yield "An argument in brackets may be left out; an empty one leaves what it stands for as it was.\n\n"
    yield "| option | arguments | example | what it does |\n|---|---|---|---|\n"
    yield from map(_option, OPTIONS)
    yield "\n## What they look like\n"
    yield "Made of the pictures in samples/; the watermark is the bird.\n"
    yield from pictures.gallery()


def info_page() -> Iterator[str]:
    """What may be asked about a source, every option in the order of the table."""
    yield HEAD.format(source="imgsvc/url/info/rows.py")
    yield (DOCS / "heads/info.md").read_text("utf-8")
    yield "\n## Options\n"
    yield "\n| option | arguments | example | what it tells |\n|---|---|---|---|\n"
    yield from map(_option, INFO_OPTIONS)


def _option(row: OptionRow) -> str:
    names = ", ".join(map(code, row.names))
    return f"| {names} | {code(row.arguments)} | {code(row.example)} | {prose(row.sentence)} |\n"


def configuration_page() -> Iterator[str]:
    """Every setting, section by section; then what of imgproxy's is none here."""
    yield HEAD.format(source="the settings dataclasses in imgsvc, and imgsvc/settings/foreign.py")
    yield (DOCS / "heads/configuration.md").read_text("utf-8")
    for section in fields(Config):
        owner: Any = section.type
        yield f"\n## {_title(owner.__name__)}\n{owner.__doc__}\n\n"
        yield "| variable | form | default | meaning |\n|---|---|---|---|\n"
        yield from map(_setting, fields(owner))
    yield (DOCS / "heads/foreign.md").read_text("utf-8")
    yield "\n| variable | why it does nothing | what serves instead |\n|---|---|---|\n"
    yield from map(_foreign, FOREIGN)


def _foreign(row: Foreign) -> str:
    names = "<br>".join(map(code, row.variables()))
    fatal = "; a server does not start with it" if row.is_fatal else ""
    return f"| {names} | {prose(row.reason)}{fatal} | {prose(row.instead)} |\n"


def _setting(each: Field[Any]) -> str:
    about = each.metadata
    nothing = f" {_nothing(each)}: {about['zero']}." if about["zero"] else ""
    secret = " Secret: it is never shown." if about["secret"] else ""
    names = "<br>".join(map(code, variables(each)))
    meaning = prose(f"{about['meaning']}{nothing}{secret}")
    return f"| {names} | {prose(about['kind'].expected)} | {_default(each)} | {meaning} |\n"


def _default(each: Field[Any]) -> str:
    value = each.default if each.default_factory is MISSING else each.default_factory()
    return code("" if value is None else each.metadata["kind"].show(value))


def _nothing(each: Field[Any]) -> str:
    return "0" if isinstance(each.default, int | float) else "Empty"


def env_file() -> Iterator[str]:
    """The packaged settings: each one commented, with its default and its meaning."""
    yield (DOCS / "heads/imgsvc.env").read_text("utf-8")
    for section in fields(Config):
        owner: Any = section.type
        first, *others = cleandoc(owner.__doc__).split("\n\n")
        yield f"\n\n## {_title(owner.__name__)}: {first}\n"
        yield from (line for each in others for line in _comment(each))
        for each in fields(owner):
            yield from _commented(each)


def _commented(each: Field[Any]) -> Iterator[str]:
    about = each.metadata
    nothing = f" {_nothing(each)}: {about['zero']}." if about["zero"] else ""
    yield "\n"
    yield from _comment(f"{about['meaning']}{nothing} ({about['kind'].expected})")
    value = each.default if each.default_factory is MISSING else each.default_factory()
    shown = "" if value is None else quoted(about["kind"].show(value))
    yield f"#{PREFIXES[0]}{each.name.upper()}={shown}\n"


def _comment(text: str) -> Iterator[str]:
    yield from (f"# {line}\n" for line in wrap(text, 116))


def errors_page() -> Iterator[str]:
    """Every error: status, what the client is told, cause, remedy."""
    yield HEAD.format(source="imgsvc/errors.py")
    yield (DOCS / "heads/errors.md").read_text("utf-8")
    for each in _descendants(errors.RenderingError):
        yield from _error(each)


def _descendants(parent: type[errors.RenderingError]) -> Iterator[type[errors.RenderingError]]:
    for each in parent.__subclasses__():
        yield each
        yield from _descendants(each)


def _error(each: type[errors.RenderingError]) -> Iterator[str]:
    level = "##" if each.__bases__ == (errors.RenderingError,) else "###"
    yield f"\n{level} {each.__name__}\n{each.__doc__}\n"
    if each.__subclasses__():
        return
    yield f"\n- status: {_status(each)}\n- the client reads: {each.public}\n- whose doing: {each.blame}\n"
    yield f"- remedy: {prose(each.remedy)}\n"


def _status(each: type[errors.RenderingError]) -> str:
    return "the source's own" if each is errors.SourceStatusError else str(each.status)


def _title(class_name: str) -> str:
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in class_name).split()
    return " ".join(word for word in words if word != "settings").capitalize()


def prose(text: str) -> str:
    """`text` as Markdown shows it unchanged; what is in backquotes is safe already."""
    parts = text.split("`")
    parts[::2] = [part.replace("<", "&lt;").replace("*", "\\*").replace("|", "\\|") for part in parts[::2]]
    return "`".join(parts)


def code(text: str) -> str:
    """`text` as code; nothing where there is none."""
    return f"`{text}`" if text else ""


def metrics_page() -> Iterator[str]:
    """Every metric, then the values of the labels that are not plain."""
    yield HEAD.format(source="imgsvc/telemetry/metrics.py")
    yield (DOCS / "heads/metrics.md").read_text("utf-8")
    for title, theirs in (("imgproxy's", True), ("Ours", False)):
        yield f"\n## {title}\n\n| metric | kind | labels | what it says |\n|---|---|---|---|\n"
        yield from (_metric(each) for each in METRICS if each.is_imgproxys is theirs)
    for title, values in (("Causes", CAUSES), ("Results of a fetch", RESULTS)):
        yield f"\n## {title}\n\n| value | meaning |\n|---|---|\n"
        yield from (f"| `{value}` | {prose(meaning)} |\n" for value, meaning in values.items())


def _metric(each: Metric) -> str:
    labels = ", ".join(map(code, each.labels))
    return f"| `{each.name}` | {each.kind} | {labels} | {prose(each.sentence)} |\n"


def timeouts_page() -> Iterator[str]:
    """Every time limit, and the picture of them."""
    yield HEAD.format(source="imgsvc/runtime/timeouts.py")
    yield (DOCS / "heads/timeouts.md").read_text("utf-8")
    yield "\n![The limits as bars, each from where it begins to count](timeouts.svg)\n"
    yield "\n| limit | whose | set by | default | when it passes | has to be longer than |\n|---|---|---|---|---|---|\n"
    defaults = limits_in_seconds(Config())
    for each in TIMEOUTS:
        seconds, inner = f"{seconds_of(each, defaults):g} s", " and then ".join(each.contains)
        yield f"| {each.name} | {each.owner} | {code(each.setting)} | {seconds} | {prose(each.ends)} | {inner} |\n"


_ROW, _LEFT, _WIDTH, _TOP = 30, 150, 560, 34
_COLORS = {"client": "#8d99ae", "nginx": "#6a994e", "imgsvc": "#3a7ca5", "systemd": "#8d99ae"}


def timeouts_picture() -> Iterator[str]:
    """The limits as bars, each begun where it begins to count."""
    defaults = limits_in_seconds(Config())
    longest = max(seconds_of(each, defaults) for each in TIMEOUTS)
    height = _TOP + _ROW * len(TIMEOUTS) + 30
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {height}"'
    yield ' font-family="sans-serif" font-size="13">\n'
    yield f'<rect width="760" height="{height}" fill="#ffffff"/>\n'
    for second in range(0, int(longest) + 1, 5):
        x = _LEFT + second * _WIDTH / longest
        yield f'<line x1="{x:.0f}" x2="{x:.0f}" y1="{_TOP - 8}" y2="{height - 24}" stroke="#dddddd"/>\n'
        yield f'<text x="{x:.0f}" y="{height - 8}" text-anchor="middle" fill="#555555">{second} s</text>\n'
    for place, each in enumerate(TIMEOUTS):
        yield from _bar(each, _TOP + _ROW * place, _WIDTH / longest, defaults)
    x = _LEFT
    for owner, color in list(_COLORS.items())[1:3]:
        yield f'<rect x="{x}" y="8" width="12" height="12" fill="{color}"/>'
        yield f'<text x="{x + 18}" y="19" fill="#222222">{owner}</text>\n'
        x += 90
    yield f'<rect x="{x}" y="8" width="12" height="12" fill="#8d99ae"/>'
    yield f'<text x="{x + 18}" y="19" fill="#222222">others</text>\n</svg>\n'


def _bar(each: Timeout, y: int, scale: float, defaults: dict[str, float]) -> Iterator[str]:
    seconds, start = seconds_of(each, defaults), _LEFT + scale * _begin(each, defaults)
    yield f'<text x="{_LEFT - 10}" y="{y + 15}" text-anchor="end" fill="#222222">{each.name}</text>'
    color, width = _COLORS[each.owner], seconds * scale
    yield f'<rect x="{start:.0f}" y="{y + 2}" width="{width:.0f}" height="18" rx="3" fill="{color}"/>'
    yield f'<text x="{start + width + 6:.0f}" y="{y + 15}" fill="#222222">{seconds:g} s</text>\n'


def _begin(each: Timeout, defaults: dict[str, float]) -> float:
    """The latest moment at which it begins to count, if the one before it took all that it may."""
    names = ("queue for a fetch", "source", "queue for a worker", "whole request")
    first, source, second, whole = (seconds_of(BY_NAME[name], defaults) for name in names)
    if each.name in ("whole request", "source", "source connect", "native call"):
        return first
    begins = {"queue for a worker": first + source, "decode": first + source + second, "write": first + whole}
    return begins.get(each.name, 0.0)


PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "url.md": url_page,
    "info.md": info_page,
    "configuration.md": configuration_page,
    "errors.md": errors_page,
    "metrics.md": metrics_page,
    "timeouts.md": timeouts_page,
    "timeouts.svg": timeouts_picture,
    "../observability/dashboard.json": dashboard_page,
    "../systemd/imgsvc.env": env_file,
}


def outdated() -> list[str]:
    """Names of the pages that differ from what the tables say."""
    pages = [name for name, page in PAGES.items() if _current(name) != "".join(page())]
    return pages + pictures.stale()


def _current(name: str) -> str:
    path = DOCS / name
    return path.read_text("utf-8") if path.exists() else ""


def main(arguments: list[str]) -> int:
    """Check, or with --write bring up to date."""
    names = outdated()
    for name in names:
        if "--write" in arguments and name not in PAGES:
            pictures.write(name)
        elif "--write" in arguments:
            (DOCS / name).write_text("".join(PAGES[name]()), "utf-8")
        else:
            print(f"docs/{name} is out of date: run ./check docs --write")
    return 1 if names and "--write" not in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
