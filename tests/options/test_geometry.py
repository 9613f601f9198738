import pytest

from imgsvc.options.geometry import COMPASS, Box, GravityType, Size


def test_a_box_knows_its_size() -> None:
    assert Box(10, 20, 40, 25).size == Size(30, 5)


@pytest.mark.parametrize("each", GravityType)
def test_a_gravitys_word_says_where_it_is(each: GravityType) -> None:
    vertical = {"no": -1, "so": 1}.get(each.word[:2], 0)
    horizontal = {"ea": 1, "we": -1}.get(each.word[-2:], 0)

    assert (each.vertical, each.horizontal) == (vertical, horizontal)


def test_the_compass_has_eight_directions_and_the_center() -> None:
    assert len(COMPASS) == 9
    assert GravityType.SMART not in COMPASS
