"""What docs/guides/ shows is so: commands are run, files are read, and what is asked is answered as it is said."""

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from imgsvc.cli import main
from tests.docs.guides import GUIDES, SAMPLES, answered, names, pictures, piece, rows, text
from tests.serving.server import CHECKOUT, Server

OPEN = {"IMGSVC_LOCAL_FILESYSTEM_ROOT": str(SAMPLES), "IMGSVC_MAX_ANIMATION_FRAMES": "64"}


def run(line: str, folder: Path = CHECKOUT, **environ: str) -> str:
    """What a command of ours prints."""
    program, *arguments = shlex.split(line)
    assert program == "imgsvc"
    result = CliRunner().invoke(main, arguments, env=environ)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("page", sorted(GUIDES.glob("*.md")), ids=lambda page: page.stem)
def test_every_piece_of_code_of_a_guide_has_a_name_by_which_a_test_runs_it(page: Path) -> None:
    tests = "".join(path.read_text("utf-8") for path in (CHECKOUT / "tests").rglob("test_*.py"))
    untested = [name for name in names(page.stem) if f'piece("{page.stem}", "{name}")' not in tests]

    assert untested == []
    assert re.findall(r"^ {4}\S.*$", text(page.stem), re.MULTILINE) == re.findall(
        r"^ {4}\S.*$", "".join(piece(page.stem, name) for name in names(page.stem)), re.MULTILINE
    )


@pytest.mark.parametrize(
    ("command", "printed"),
    [
        (piece("html", "fluid"), piece("html", "fluid-printed")),
        (piece("html", "icon"), piece("html", "icon-printed")),
    ],
)
def test_the_html_is_what_the_command_prints(command: str, printed: str) -> None:
    assert run(command, **OPEN) == printed


@pytest.mark.slow
def test_what_surprises_is_answered_as_it_is_said(tmp_path: Path) -> None:
    asked = rows("html")
    with Server({**OPEN, "IMGSVC_LOCAL_FILESYSTEM_ROOT": str(pictures(tmp_path))}) as server:
        found = [(path, answered(server, path)) for path, _ in asked]

    assert len(asked) > 10
    assert found == asked


@pytest.mark.parametrize(
    ("file", "settings", "made"),
    [
        ("imgproxy.env", piece("imgproxy", "imgproxy.env"), piece("imgproxy", "imgsvc.env")),
        ("docker-compose.yml", piece("imgproxy", "docker-compose.yml"), piece("imgproxy", "compose-settings")),
        ("values.yaml", piece("imgproxy", "values.yaml"), piece("imgproxy", "values-settings")),
    ],
)
def test_settings_of_imgproxy_become_what_the_guide_says(tmp_path: Path, file: str, settings: str, made: str) -> None:
    (tmp_path / file).write_text(settings)
    (tmp_path / "imgsvc.env").write_text(made)

    assert run(f"imgsvc config --from {tmp_path / file}").rstrip() == made.rstrip()
    assert run(piece("imgproxy", "start").replace("imgsvc.env", str(tmp_path / "imgsvc.env"))) == (
        "The settings can be used.\n"
    )


def test_what_a_compose_file_does_not_say_is_named_as_the_guide_says(tmp_path: Path) -> None:
    (tmp_path / "docker-compose.yml").write_text(piece("imgproxy", "docker-compose.yml"))

    result = CliRunner().invoke(main, ["config", "--from", str(tmp_path / "docker-compose.yml")])

    assert result.stderr == piece("imgproxy", "compose-told")


def test_the_settings_of_a_running_imgproxy_are_read_from_what_it_prints() -> None:
    printing, _, command = piece("imgproxy", "running").partition(" | ")
    arguments = shlex.split(command.partition(" > ")[0])[1:]

    result = CliRunner().invoke(main, arguments, input="PATH=/bin\nIMGPROXY_TTL=3600\n")

    assert printing.endswith(" env")
    assert result.stdout == "# kept\nIMGSVC_TTL=3600\n\n"
