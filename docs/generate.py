"""Writes the pages that are made from the code's tables, or says which are out of date.

python -m docs.generate            exit code 1 if a page is out of date
python -m docs.generate --write    bring them all up to date
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any

from imgsvc import errors
from imgsvc.config import Config
from imgsvc.env import variables
from imgsvc.foreign import FOREIGN, Foreign
from imgsvc.url.table import OPTIONS, OptionRow

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


def _option(row: OptionRow) -> str:
    names = ", ".join(map(_code, row.names))
    return f"| {names} | {_code(row.arguments)} | {_code(row.example)} | {_prose(row.sentence)} |\n"


def configuration_page() -> Iterator[str]:
    """Every setting, section by section; then what of imgproxy's is none here."""
    yield HEAD.format(source="the settings dataclasses in imgsvc, and imgsvc/foreign.py")
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
    names = "<br>".join(map(_code, row.variables()))
    fatal = "; a server does not start with it" if row.is_fatal else ""
    return f"| {names} | {_prose(row.reason)}{fatal} | {_prose(row.instead)} |\n"


def _setting(each: Field[Any]) -> str:
    about = each.metadata
    nothing = f" {_nothing(each)}: {about['zero']}." if about["zero"] else ""
    secret = " Secret: it is never shown." if about["secret"] else ""
    names = "<br>".join(map(_code, variables(each)))
    meaning = _prose(f"{about['meaning']}{nothing}{secret}")
    return f"| {names} | {_prose(about['kind'].expected)} | {_default(each)} | {meaning} |\n"


def _default(each: Field[Any]) -> str:
    value = each.default if each.default_factory is MISSING else each.default_factory()
    return _code("" if value is None else each.metadata["kind"].show(value))


def _nothing(each: Field[Any]) -> str:
    return "0" if isinstance(each.default, int | float) else "Empty"


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
    yield f"- remedy: {_prose(each.remedy)}\n"


def _status(each: type[errors.RenderingError]) -> str:
    return "the source's own" if each is errors.SourceStatusError else str(each.status)


def _title(class_name: str) -> str:
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in class_name).split()
    return " ".join(word for word in words if word != "settings").capitalize()


def _prose(text: str) -> str:
    """`text` as Markdown shows it unchanged; what is in backquotes is safe already."""
    parts = text.split("`")
    parts[::2] = [part.replace("<", "&lt;").replace("*", "\\*").replace("|", "\\|") for part in parts[::2]]
    return "`".join(parts)


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


PAGES: dict[str, Callable[[], Iterator[str]]] = {
    "url.md": url_page,
    "configuration.md": configuration_page,
    "errors.md": errors_page,
}


def outdated() -> list[str]:
    """Names of the pages that differ from what the tables say."""
    return [name for name, page in PAGES.items() if _current(name) != "".join(page())]


def _current(name: str) -> str:
    path = DOCS / name
    return path.read_text("utf-8") if path.exists() else ""


def main(arguments: list[str]) -> int:
    """Check, or with --write bring up to date."""
    names = outdated()
    for name in names:
        if "--write" in arguments:
            (DOCS / name).write_text("".join(PAGES[name]()), "utf-8")
        else:
            print(f"docs/{name} is out of date: run ./check docs --write")
    return 1 if names and "--write" not in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
