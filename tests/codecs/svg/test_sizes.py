import pytest

from imgsvc.codecs.svg.sizes import natural_size, view_box_size


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ({"width": "30", "height": "1in"}, (30, 96)),
        ({"width": "30", "viewBox": "0 0 10 20"}, (30, 60)),
        ({"height": "30", "viewBox": "0 0 10 20"}, (15, 30)),
        ({"viewBox": "0 0 10 20"}, (10, 20)),
        ({"width": "50%"}, (300, 150)),
        ({}, (300, 150)),
    ],
)
def test_a_drawing_is_as_large_as_it_says(attributes: dict[str, str], size: tuple[float, float]) -> None:
    assert natural_size(attributes) == size


def test_a_view_box_of_other_than_four_numbers_is_none() -> None:
    assert view_box_size("0 0 10") == (0, 0)
