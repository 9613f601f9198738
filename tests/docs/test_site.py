"""The documentation as a site: every page is in it, and every link and anchor leads somewhere."""

import re
from pathlib import Path

import pytest

from docs.site.building import ROOT, build
from docs.site.links import broken, elsewhere
from docs.site.markdown import render
from docs.site.navigation import address, groups
from imgsvc.url.table import OPTIONS


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "built"
    build(folder)
    return folder


def page(folder: Path, body: str) -> Path:
    (folder / "a.html").write_text(f'<h1 id="top">A</h1><img src="b.png">{body}')
    (folder / "b.png").touch()
    return folder


def test_every_link_and_anchor_leads_somewhere(site: Path) -> None:
    assert list(broken(site)) == []


def test_every_page_of_the_docs_is_in_the_site(site: Path) -> None:
    pages = [path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").rglob("*.md") if "heads" not in path.parts]

    assert [each for each in pages if not (site / address(each)).is_file()] == []


def test_every_option_stands_there_with_the_picture_that_it_has(site: Path) -> None:
    text = (site / "options.html").read_text("utf-8")
    shown = set(re.findall(r'src="url/([\w-]+)\.webp"', text))

    assert [row.names[0] for row in OPTIONS if f'<h3 id="{row.names[0]}">' not in text] == []
    assert shown == {path.stem for path in (ROOT / "docs" / "url").glob("*.webp")}


def test_no_page_loads_anything_from_another_host(site: Path) -> None:
    own = [(site / "assets" / name).read_text("utf-8") for name in ("style.css", "site.js")]

    assert elsewhere(site) == set()
    assert [text for text in own if "//" in re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)] == []


@pytest.mark.parametrize("link", ["#nowhere", "a.html#nowhere", "c.html", "../a.html", "x/"])
def test_a_link_that_leads_nowhere_is_told(tmp_path: Path, link: str) -> None:
    folder = page(tmp_path, f'<a href="{link}">x</a>')

    assert [fault for fault in broken(folder) if f"a.html: {link}: there is no such" in fault] != []


@pytest.mark.parametrize("link", ["#top", "a.html#top", "b.png", "https://x/", "mailto:a@b"])
def test_a_link_that_leads_somewhere_is_not(tmp_path: Path, link: str) -> None:
    assert list(broken(page(tmp_path, f'<a href="{link}">x</a>'))) == []


def test_anchors_are_those_of_github() -> None:
    text = "# What's `new`: a/b - c\n\n## Options\n\n## Options\n\n### _Über_ 2×2"

    anchors = [each.heading.anchor for each in render(text, str).sections]

    assert anchors == ["whats-new-ab---c", "options", "options-1", "über-22"]


def test_what_nobody_gave_a_place_is_in_the_navigation_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "new.md").write_text("# A new one\n")

    [more] = [group for group in groups(tmp_path) if group.title == "More"]

    assert [(each.source, each.title) for each in more.entries] == [("docs/new.md", "A new one")]
