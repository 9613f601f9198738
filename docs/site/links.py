"""Whether the links of a built site lead somewhere: to a file that is there, and to an anchor that is in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

_LINKS = frozenset(["href", "src", "srcset", "poster", "data", "action"])


@dataclass(slots=True)
class Links:
    """What a page refers to, and what of it may be referred to."""

    targets: list[str] = field(default_factory=list)
    anchors: set[str] = field(default_factory=set)
    twice: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links = Links()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                if value in self.links.anchors:
                    self.links.twice.append(value)
                self.links.anchors.add(value)
            if name in _LINKS and value is not None:
                self.links.targets.append(value)


def links_of(page: Path) -> Links:
    """What stands in a page."""
    reader = _Reader()
    reader.feed(page.read_text("utf-8"))
    return reader.links


def broken(folder: Path) -> Iterator[str]:
    """A line for each link that leads nowhere, and for each anchor that a page has twice."""
    pages = {page.resolve(): links_of(page) for page in sorted(folder.rglob("*.html"))}
    for page, links in pages.items():
        name = page.relative_to(folder.resolve())
        yield from (f"{name}: the anchor {each} is there twice" for each in links.twice)
        for target in links.targets:
            if not _is_elsewhere(target) and (fault := _fault(page, target, pages)):
                yield f"{name}: {target}: {fault}"


def elsewhere(folder: Path) -> set[str]:
    """What pages would load from another host by themselves; a link that is followed by hand is none."""
    found: set[str] = set()
    for page in folder.rglob("*.html"):
        reader = _Loads()
        reader.feed(page.read_text("utf-8"))
        found |= {each for each in reader.loaded if _is_elsewhere(each)}
    return found


class _Loads(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "a":
            self.loaded += [value for name, value in attrs if name in _LINKS and value is not None]


def _is_elsewhere(target: str) -> bool:
    return "://" in target or target.startswith(("//", "mailto:", "data:"))


def _fault(page: Path, target: str, pages: dict[Path, Links]) -> str:
    path, _, anchor = target.partition("#")
    found = (page.parent / unquote(path)).resolve() if path else page
    if not found.is_file():
        return "there is no such file"
    if anchor and found in pages and unquote(anchor) not in pages[found].anchors:
        return "there is no such anchor"
    return ""
