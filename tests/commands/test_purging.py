from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from imgsvc.cli import main
from imgsvc.config import from_environment, guard, recipe
from imgsvc.exit_codes import ExitCode
from imgsvc.keeping.folder import Folder
from imgsvc.kept_sources import naming
from imgsvc.results.entry import Entry, encode
from imgsvc.results.naming import TAGS, folder_of, folder_of_tag
from tests.keeping.buckets import LOCATION, MemoryBucket, environ_of
from tests.misbehaving import Origin
from tests.results.made import rendition

SOURCE = "https://source.example/cat.png"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Two results of a source and one of another by these settings, and one of each by others."""
    made = Folder(tmp_path / "results")
    present = recipe(from_environment({}))
    for of, source, names in (
        (present, SOURCE, "ab"),
        (present, f"{SOURCE}?2", "a"),
        ("old", SOURCE, "a"),
        ("old", "x", "a"),
    ):
        for name in names:
            made.put(f"{folder_of(of, source)}/{name}", b"data")
    return made


def purge(folder: Folder, *arguments: str, **environ: str) -> Result:
    store = {"IMGSVC_RESULT_STORE": folder.root.as_uri()}
    return CliRunner().invoke(main, ["purge", *arguments], env=store | environ)


def count(folder: Folder) -> int:
    return sum(path.is_file() for path in folder.root.rglob("*"))


@pytest.mark.parametrize(
    ("arguments", "forgotten"),
    [
        (["--source", SOURCE], 3),
        (["--source", "https://other.example/"], 0),
        (["--recipe", "old"], 2),
        (["--recipe", "../results"], 0),
        (["--recipe", ""], 0),
        (["--old"], 2),
    ],
)
def test_what_is_named_is_forgotten_and_nothing_else(folder: Folder, arguments: list[str], forgotten: int) -> None:
    result = purge(folder, *arguments)

    assert (result.exit_code, result.output) == (0, f"{forgotten} results forgotten\n")
    assert count(folder) == 5 - forgotten


def test_what_has_a_tag_is_forgotten_by_whatever_settings_and_nothing_else(folder: Folder) -> None:
    keys = [f"{each * 12}/ab/{'0' * 32}/{'1' * 32}" for each in "ab"]
    for key in keys:
        folder.put(key, b"data")
        folder.put(f"{folder_of_tag('shoes')}/{key}", b"")
    folder.put(f"{folder_of_tag('shoes')}/old/odd", b"")
    folder.put(f"{folder_of_tag('hats')}/{keys[0]}", b"")

    result = purge(folder, "--tag", "shoes")

    assert (result.exit_code, result.output) == (0, "2 results forgotten\n")
    assert [folder.get(key) for key in keys] == [None, None]
    assert count(folder) == 6


def test_markers_of_tags_are_no_recipe(folder: Folder) -> None:
    folder.put(f"{folder_of_tag('shoes')}/a", b"")

    assert purge(folder, "--old").output == "2 results forgotten\n"
    assert purge(folder, "--recipe", "tags").output == "0 results forgotten\n"


def test_a_source_is_named_as_it_stands_in_urls(folder: Folder) -> None:
    result = purge(folder, "--source", "cat.png", IMGSVC_BASE_URL="https://source.example/")

    assert result.output == "3 results forgotten\n"


@pytest.mark.parametrize("arguments", [[], ["--old", "--recipe", "old"]])
def test_it_must_be_said_what(folder: Folder, arguments: list[str]) -> None:
    assert purge(folder, *arguments).exit_code == ExitCode.USAGE
    assert count(folder) == 5


def test_where_nothing_is_kept_it_says_so(folder: Folder) -> None:
    result = purge(folder, "--old", IMGSVC_RESULT_STORE="")

    assert (result.exit_code, "neither RESULT_STORE nor SOURCE_STORE is set" in result.output) == (1, True)


def entry(key: str, *tags: str) -> bytes:
    return encode(replace(Entry.of(rendition(), key, 1000), tags=tags))


def test_what_is_forgotten_by_its_source_or_settings_leaves_no_markers(folder: Folder) -> None:
    present, others = recipe(from_environment({})), "b" * 12
    keys = [f"{folder_of(of, source)}/{'1' * 32}" for of in (present, others) for source in ("a", "b")]
    for key in keys:
        folder.put(key, entry(key, "shoes", "hats"))
        for tag in ("shoes", "hats"):
            folder.put(f"{folder_of_tag(tag)}/{key}", b"")
    purge(folder, "--source", "a")
    left = [len(list(folder.keys(TAGS)))]
    purge(folder, "--recipe", others)
    left.append(len(list(folder.keys(TAGS))))

    assert left == [4, 2]
    assert folder.get(keys[1]) == entry(keys[1], "shoes", "hats")


@pytest.fixture
def sources(tmp_path: Path) -> Folder:
    """A source that was fetched by these settings, and by others; and another one."""
    made = Folder(tmp_path / "results")
    present = guard(from_environment({}))
    for of, source in ((present, SOURCE), ("b" * 12, SOURCE), (present, "https://source.example/dog.png")):
        made.put(naming.key_in(naming.folder_of(of), source), b"data")
    return made


@pytest.mark.parametrize(
    ("arguments", "forgotten", "left"),
    [(["--source", SOURCE], "2 sources", 1), (["--old"], "1 source", 2), (["--tag", "a"], "0 sources", 3)],
)
def test_sources_are_forgotten_by_their_url_and_by_what_they_were_fetched_by(
    sources: Folder, arguments: list[str], forgotten: str, left: int
) -> None:
    result = purge(sources, *arguments, IMGSVC_RESULT_STORE="", IMGSVC_SOURCE_STORE=sources.root.as_uri())

    assert (result.output, count(sources)) == (f"{forgotten} forgotten\n", left)


def test_results_and_sources_may_be_in_one_place(folder: Folder, sources: Folder) -> None:
    result = purge(folder, "--source", SOURCE, IMGSVC_SOURCE_STORE=folder.root.as_uri())

    assert result.output == "3 results and 2 sources forgotten\n"
    assert purge(folder, "--recipe", naming.folder_of("b" * 12)).output == "0 results forgotten\n"


def test_a_source_is_forgotten_before_what_servers_would_make_of_it_again() -> None:
    memory = MemoryBucket()
    with Origin({"*": memory}) as bucket:
        environ = environ_of(bucket) | {"IMGSVC_SOURCE_STORE": LOCATION}
        result, source = folder_of("recipe", SOURCE), naming.key_in(naming.folder_of("guard"), SOURCE)
        memory.kept |= {f"kept/{result}/a": b"a picture", f"kept/{source}": b"a source"}
        told = CliRunner().invoke(main, ["purge", "--source", SOURCE], env=environ)
    deleted = [head.split(" ")[1] for head in bucket.heads if head.startswith("DELETE")]

    assert told.output == "1 result and 1 source forgotten\n"
    assert [naming.is_folder(target.split("/")[3]) for target in deleted] == [True, False]
