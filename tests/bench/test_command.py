import os
import shutil

import pytest
from click.testing import CliRunner

from imgsvc.cli import main
from tests.images import encoded, quadrants

ENVIRON = {"PATH": os.environ["PATH"]}


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_bytes(encoded(quadrants(200, 100), "jpg"))
    return path


def run(*arguments):
    return CliRunner().invoke(main, ["bench", *map(str, arguments)], env=ENVIRON)


@pytest.mark.slow
def test_a_table_says_where_the_time_of_an_answer_goes(picture):
    result = run(picture, "--seconds", "0.5", "--options", "rs:fit:50:50")

    assert result.exit_code == 0, result.output
    assert "jpeg 200x100" in result.output
    assert "A core makes" in result.output


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("py-spy"), reason="py-spy is not on PATH")
def test_a_flame_graph_is_drawn_on_request(picture, tmp_path):
    result = run(picture, "--seconds", "2", "--flame", tmp_path / "flame.svg")

    assert result.exit_code == 0, result.output
    assert "_serve" in (tmp_path / "flame.svg").read_text("utf-8")


def test_an_unknown_option_is_told_with_the_pictures_name(picture):
    result = run(picture, "--options", "nope:1", "--seconds", "0.5")

    assert result.exit_code == 1
    assert "a.jpg cannot be made into that" in result.output


def test_a_picture_that_is_not_there_is_told():
    result = run("none.jpg")

    assert result.exit_code == 64
    assert "none.jpg" in result.output


@pytest.mark.slow
def test_looks_are_compared_on_request(picture):
    result = run("--quality", picture, "--qualities", "50", "--seconds", "0.5", "--format", "webp")

    assert result.exit_code == 0, result.output
    assert "SSIMULACRA2" in result.output
    assert "fine" in result.output


def test_a_quality_that_there_is_not_is_told():
    result = run("--quality", __file__, "--qualities", "50,101")

    assert result.exit_code == 64
    assert "50,101" in result.output
