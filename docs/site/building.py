"""Puts the site together: a page for each Markdown file, what they show, and what the browser needs."""

import json
import posixpath
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from html import escape
from pathlib import Path
from string import Template

from docs.site.markdown import Heading, Page, render
from docs.site.navigation import OPTIONS_PAGE, Entry, Group, address, groups
from docs.site.options import options_page
from imgsvc import __version__

ROOT = Path(__file__).parents[2]
_OWN = Path(__file__).parent
_ASSETS = ("style.css", "site.js")


@dataclass(slots=True)
class Site:
    """A site in the making: what its pages refer to is noted, and copied at the end."""

    folder: Path
    groups: tuple[Group, ...]
    files: dict[str, str] = field(default_factory=dict)
    # Markdown beside the navigation that a page refers to, still to be made a page.
    asides: list[str] = field(default_factory=list)
    index: list[tuple[str, str, str, str]] = field(default_factory=list)

    @property
    def entries(self) -> list[Entry]:
        """All pages of the navigation, in its order."""
        return [entry for group in self.groups for entry in group.entries]

    def resolve(self, source: str, link: str) -> str:
        """Where a link in the page of `source` leads, from that page."""
        path, mark, anchor = link.partition("#")
        if not path or "://" in link or link.startswith("mailto:"):
            return link
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), path))
        return _relative(address(source), self._place(target)) + mark + anchor

    def _place(self, target: str) -> str:
        if target.endswith(".md") and (target == OPTIONS_PAGE or (ROOT / target).is_file()):
            if target not in self.asides and all(target != each.source for each in self.entries):
                self.asides.append(target)
            return address(target)
        if not (ROOT / target).is_file():
            return target
        self.files[target] = target.removeprefix("docs/") if target.startswith("docs/") else f"files/{target}"
        return self.files[target]


def build(folder: Path) -> int:
    """Make the site anew; how many pages it has."""
    shutil.rmtree(folder, ignore_errors=True)
    site = Site(folder, groups(ROOT))
    entries = site.entries
    for place, entry in enumerate(entries):
        _write(site, entry, [*entries[max(place - 1, 0) : place], *entries[place : place + 2]])
    # It grows while it is read: pages that are beside the navigation may refer to others.
    for source in site.asides:
        _write(site, Entry(source, ""), [])
    for source, target in site.files.items():
        _copied(ROOT / source, folder / target)
    for name in _ASSETS:
        _copied(_OWN / name, folder / "assets" / name)
    _copied(ROOT / "imgsvc/playground/page/icon.svg", folder / "assets/icon.svg")
    (folder / "assets/search.js").write_text(f"window.searchIndex = {json.dumps(site.index)};\n", "utf-8")
    return len(entries) + len(site.asides)


def _copied(source: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, place)


def _write(site: Site, entry: Entry, near: list[Entry]) -> None:
    text = "".join(options_page()) if entry.source == OPTIONS_PAGE else (ROOT / entry.source).read_text("utf-8")
    page, here = render(text, partial(site.resolve, entry.source)), address(entry.source)
    title = entry.title or page.title
    site.index += [(here, each.heading.anchor, each.heading.text, each.text) for each in page.sections]
    place = site.folder / here
    place.parent.mkdir(parents=True, exist_ok=True)
    values = {
        "title": escape(title if here == "index.html" else f"{title} · imgsvc"),
        "top": _relative(here, "index.html").removesuffix("index.html"),
        "version": __version__,
        "navigation": "".join(_navigation(site.groups, here)),
        "contents": "".join(_contents(page)),
        "text": page.html,
        "near": "".join(_near(near, entry, here)),
    }
    template = Template((_OWN / "page.html").read_text("utf-8"))
    place.write_text(template.substitute(values), "utf-8")


def _navigation(found: tuple[Group, ...], here: str) -> Iterator[str]:
    for group in found:
        is_open = len(group.entries) < 15 or any(address(each.source) == here for each in group.entries)
        yield f"<details{' open' if is_open else ''}><summary>{escape(group.title)}</summary><ul>"
        for each in group.entries:
            place = address(each.source)
            current = ' aria-current="page"' if place == here else ""
            yield f'<li><a href="{_relative(here, place)}"{current}>{escape(each.title)}</a></li>'
        yield "</ul></details>"


def _contents(page: Page) -> Iterator[str]:
    """The headings below the first one; none where there are too few to look for one."""
    headings = [each.heading for each in page.sections if each.heading.level in (2, 3)]
    if len(headings) < 3:
        return
    yield '<nav class="contents" aria-label="On this page"><h2>On this page</h2><ul>'
    yield from map(_content, headings)
    yield "</ul></nav>"


def _content(heading: Heading) -> str:
    return f'<li class="level{heading.level}"><a href="#{escape(heading.anchor)}">{escape(heading.text)}</a></li>'


def _near(near: list[Entry], entry: Entry, here: str) -> Iterator[str]:
    place = near.index(entry) if entry in near else len(near)
    for each, name in [*((each, "prev") for each in near[:place]), *((each, "next") for each in near[place + 1 :])]:
        yield f'<a rel="{name}" href="{_relative(here, address(each.source))}">{escape(each.title)}</a>'


def _relative(here: str, there: str) -> str:
    return posixpath.relpath(there, posixpath.dirname(here) or ".")
