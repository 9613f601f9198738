import os
import signal
from io import BytesIO

from PIL import Image

from tests.corpus.answer import Answer
from tests.corpus.rendering import LOST, Imgsvc


def gif() -> bytes:
    frames = [Image.new("RGB", (4, 2), color) for color in ("red", "blue")]
    file = BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    return file.getvalue()


def _ends(_: bytes) -> bytes:
    os.kill(os.getpid(), signal.SIGKILL)
    return b""


def _waits(_: bytes) -> bytes:
    signal.pause()
    return b""


def test_an_answer_has_the_first_frame_and_the_last() -> None:
    imgsvc = Imgsvc()

    answer, said = imgsvc.answer(gif(), ".gif")

    imgsvc.close()
    red, blue = (" ".join([color] * 16) for color in ("ff0000ff", "0000ffff"))
    assert answer == Answer(size=(4, 2), orientation=1, frames=2, alpha=False, means=red, last=blue)
    assert said == ""


def test_a_refusal_is_its_status_and_its_sentence() -> None:
    imgsvc = Imgsvc()

    answer, said = imgsvc.answer(b"no image", ".png")

    imgsvc.close()
    assert (answer, "no image format" in said) == (Answer(status=422), True)


def test_a_file_that_ends_its_process_costs_only_its_own_answer() -> None:
    imgsvc = Imgsvc(_ends)

    answers = [imgsvc.answer(b"", ".png") for _ in range(2)]

    imgsvc.close()
    assert [answer.status for answer, _ in answers] == [LOST, LOST]
    assert "signal 9" in answers[0][1]


def test_a_file_that_does_not_come_to_an_end_is_lost_too() -> None:
    imgsvc = Imgsvc(_waits, seconds=0.1)

    answer, said = imgsvc.answer(b"", ".png")

    imgsvc.close()
    assert (answer.status, "too long" in said) == (LOST, True)
