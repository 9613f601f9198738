from typing import Any

import pytest

from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from imgsvc.options.processing import Extend, Padding
from imgsvc.transforms.planning.finishing import Finish
from tests.transforms.planned import plan_for


def finish(size: tuple[int, int], result_format: Format = Format.PNG, **wishes: Any) -> Finish:
    """What is laid around a picture of that size."""
    return plan_for(size, result_format=result_format, **wishes).finish


def test_nothing_is_laid_around_a_picture_unless_it_is_asked_for() -> None:
    assert finish((40, 20)) == Finish(None, None, None, None, Size(40, 20))


@pytest.mark.parametrize(
    ("wishes", "line"),
    [
        ({"width": 60, "height": 60, "extend": Extend(enabled=True)}, ("extend", "to 60x60, image at 10,20")),
        ({"padding": Padding(1, 2, 3, 4)}, ("padding", "to 46x24, image at 4,1")),
        (
            {"result_format": Format.ICO, "padding": Padding(0, 400)},
            ("fix size", "to 256x12, the most that the format holds"),
        ),
    ],
)
def test_what_is_laid_around_it_is_explained(wishes: dict[str, Any], line: tuple[str, str]) -> None:
    assert line in finish((40, 20), **wishes).describe()
