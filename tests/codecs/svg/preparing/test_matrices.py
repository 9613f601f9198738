import pytest

from imgsvc.codecs.svg.preparing.matrices import matrix_of, moved


@pytest.mark.parametrize(
    ("transform", "point"),
    [
        ("", (2, 1)),
        ("translate(3)", (5, 1)),
        ("translate(3, 4)", (5, 5)),
        ("scale(2)", (4, 2)),
        ("scale(2 3)", (4, 3)),
        ("rotate(90)", (-1, 2)),
        ("rotate(90 1 1)", (1, 2)),
        ("skewX(45)", (3, 1)),
        ("skewY(45)", (2, 3)),
        ("matrix(1 0 0 1 7 8)", (9, 9)),
        ("translate(1) scale(2)", (5, 2)),
        ("nonsense(1) scale()", (2, 1)),
    ],
)
def test_a_point_is_where_the_transform_moves_it(transform: str, point: tuple[float, float]) -> None:
    assert moved((2.0, 1.0), matrix_of(transform)) == pytest.approx(point)
