import pytest

from imgsvc.codecs.svg.preparing.paths import path_points


def box(data: str) -> tuple[float, ...]:
    points = list(path_points(data))
    across, down = [x for x, _ in points], [y for _, y in points]
    return min(across), min(down), max(across), max(down)


@pytest.mark.parametrize(
    ("data", "sides"),
    [
        ("M1 2 L5 6", (1, 2, 5, 6)),
        ("m1 2 4 4", (1, 2, 5, 6)),
        ("M1 2H5V6", (1, 2, 5, 6)),
        ("M1,2h4v4z l1-1", (1, 1, 5, 6)),
        ("M0 0C0 4 8 4 8 0", (0, 0, 8, 3)),
        ("M0 0C0 4 8 4 8 0S16-4 16 0", (0, -3, 16, 3)),
        ("M0 0Q4 8 8 0", (0, 0, 8, 4)),
        ("M0 0Q4 8 8 0T16 0", (0, -4, 16, 4)),
        ("M0 0T4 4", (0, 0, 4, 4)),
        ("M0 0A4 4 0 0 1 8 0", (0, -4, 8, 0)),
        ("M0 0a4 4 0 018 0", (0, -4, 8, 0)),
        ("M0 0A4 2 90 1 0 0 8", (-2, 0, 0, 8)),
        ("M0 0A0 4 0 0 1 8 0", (0, 0, 8, 0)),
        ("M0 0C1 1 2 2 3 3", (0, 0, 3, 3)),
        ("M1 1L2 2 x 9", (1, 1, 2, 2)),
    ],
)
def test_the_points_hold_the_paths_box(data: str, sides: tuple[float, ...]) -> None:
    assert box(data) == pytest.approx(sides, abs=0.01)
