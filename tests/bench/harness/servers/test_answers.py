import pytest

from bench.servers.answers import AnswerError, checked, reference
from bench.servers.ssim import ssim
from bench.tasks import BY_NAME, Task
from samples.draw import meadow
from tests.images import encoded, solid

TASK = BY_NAME["J1"]


def body(width: int, height: int, word: str = "jpeg") -> bytes:
    return encoded(solid(width, height), word.upper())


def test_the_right_picture_is_right():
    assert checked(TASK, 200, body(500, 313)).size == (500, 313)


def test_the_free_side_may_be_rounded_either_way():
    assert checked(BY_NAME["J2"], 200, body(720, 587)).size == (720, 587)


@pytest.mark.parametrize(
    ("task", "status", "answer", "fault"),
    [
        pytest.param(TASK, 422, b"broken", "status 422", id="an error"),
        pytest.param(TASK, 200, body(500, 313, "png"), "PNG instead of jpeg", id="another format"),
        pytest.param(TASK, 200, body(2560, 1600), "2560x1600 instead of 500x?", id="not resized"),
        pytest.param(BY_NAME["J6"], 200, body(300, 188), "300x188 instead of 300x300", id="not cropped"),
    ],
)
def test_a_wrong_answer_is_refused(task: Task, status: int, answer: bytes, fault: str):
    with pytest.raises(AnswerError, match=fault.replace("?", r"\?")):
        checked(task, status, answer)


def test_the_reference_of_a_crop_is_cut_from_the_middle(tmp_path):
    source = tmp_path / "source.png"
    meadow(120, 80).save(source)

    found = reference(BY_NAME["J6"], source, (80, 80))

    assert ssim(found, meadow(120, 80).crop((20, 0, 100, 80))) > 0.99
