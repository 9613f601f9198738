import numpy
import pytest

from tests.corpus.answer import Answer, differences, means_of

RED = Answer(size=(2, 2), frames=1, alpha=False, means=" ".join(["ff0000ff"] * 16))


def test_what_is_invisible_has_no_color() -> None:
    assert means_of(numpy.full((8, 8, 4), (200, 100, 50, 0))) == " ".join(["00000000"] * 16)


def test_a_picture_smaller_than_the_cells_has_a_pixel_in_several() -> None:
    row = numpy.array([[(255, 0, 0, 255), (0, 0, 255, 255)]])

    assert means_of(row) == " ".join(["ff0000ff", "ff0000ff", "0000ffff", "0000ffff"] * 4)


def test_a_cell_is_the_mean_of_its_pixels() -> None:
    checks = numpy.indices((16, 16)).sum(axis=0)[..., None] % 2 * numpy.array([100, 200, 50, 0])

    assert means_of(checks + numpy.array([0, 0, 0, 255])).split()[5] == "326419ff"


def test_the_same_answer_does_not_differ() -> None:
    assert differences(RED, RED) == []


@pytest.mark.parametrize(
    ("found", "word"),
    [
        (Answer(status=422), "422 instead of 200"),
        (Answer(size=(2, 3), frames=1, alpha=False, means=RED.means), "size"),
        (Answer(size=(2, 2), frames=2, alpha=False, means=RED.means), "frames"),
        (Answer(size=(2, 2), frames=1, alpha=True, means=RED.means), "alpha"),
        (Answer(size=(2, 2), frames=1, alpha=False, means=" ".join(["fa0000ff"] * 16)), "means: off by 5"),
        (Answer(size=(2, 2), frames=1, alpha=False), "means: off by 255"),
    ],
)
def test_each_value_that_differs_is_told(found: Answer, word: str) -> None:
    [sentence] = differences(RED, found)

    assert word in sentence


def test_what_the_reader_does_not_say_is_not_compared() -> None:
    assert differences(Answer(size=(2, 2)), RED) == []


def test_colors_may_be_off_by_the_tolerance() -> None:
    assert differences(RED, Answer(means=" ".join(["fa0000ff"] * 16)), tolerance=5)[-1:] != ["means"]
    assert differences(Answer(means=RED.means), Answer(means=" ".join(["fa0000ff"] * 16)), tolerance=5) == []
