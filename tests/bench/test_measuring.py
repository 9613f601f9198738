"""Over a real server and a real origin."""

import os

import pytest

from imgsvc.bench.measuring import Wish, measure, settings
from imgsvc.bench.serving import BenchError
from tests.images import encoded, quadrants

pytestmark = pytest.mark.slow
ENVIRON = {"PATH": os.environ["PATH"]}


@pytest.fixture
def pictures(tmp_path):
    paths = [tmp_path / "a picture?.png", tmp_path / "b.jpg"]
    for path in paths:
        path.write_bytes(encoded(quadrants(400, 200), path.suffix[1:]))
    return paths


@pytest.fixture
def found(pictures):
    return measure(ENVIRON, pictures, Wish("rs:fit:100:100/bl:2", "webp", 0.5), lambda _: None)


def test_every_picture_has_its_stages_and_steps_and_whole_answers(found):
    assert [each.name for each in found] == ["a picture?.png", "b.jpg"]
    for each in found:
        assert {"fetch", "header", "decode", "scale", "blur", "encode"} <= set(each.stages)
        assert each.answers.cpu_seconds > sum(each.stages.values()) / 2
        assert each.answers.sending_seconds > 0
        assert each.answers.worker_bytes > 10 << 20


def test_it_says_what_was_made_of_what(found):
    assert found[0].source.startswith("png 400x200, ")
    assert found[0].result.startswith("webp 100x50, ")


def test_a_file_that_is_no_picture_is_named(tmp_path):
    file = tmp_path / "notes.txt"
    file.write_text("nothing to see")

    with pytest.raises(BenchError, match=r"notes\.txt"):
        measure(ENVIRON, [file], Wish("", "", 0.5), lambda _: None)


def test_what_would_keep_a_bench_from_its_own_pictures_is_set_aside():
    given = {"IMGSVC_KEY": "aa", "IMGSVC_QUALITY": "50", "IMGSVC_ENV_LOCAL_FILE_PATH": "/etc/x"}

    assert settings(given)["IMGSVC_KEY"] == ""
    assert settings(given)["IMGSVC_QUALITY"] == "50"
    assert "IMGSVC_ENV_LOCAL_FILE_PATH" not in settings(given)
