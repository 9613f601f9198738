from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from imgsvc.cli import main
from imgsvc.config import from_environment, recipe
from imgsvc.exit_codes import ExitCode
from imgsvc.results.folder import Folder
from imgsvc.results.naming import folder_of, folder_of_tag

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

    assert (result.exit_code, "RESULT_STORE is not set" in result.output) == (1, True)
