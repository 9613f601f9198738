import pytest

from imgsvc.codecs.svg.preparing.clips import box_name, clip_of
from imgsvc.codecs.svg.preparing.outlines import Box
from imgsvc.codecs.svg.preparing.paths import path_points

BOX = Box(10, 20, 110, 70)


def seen(value: str) -> tuple[float, ...]:
    clip = clip_of(value, BOX)
    assert clip is not None
    points = [(x + clip.at[0], y + clip.at[1]) for x, y in path_points(clip.data)]
    across, down = [x for x, _ in points], [y for _, y in points]
    return min(across), min(down), max(across), max(down)


@pytest.mark.parametrize(
    ("value", "sides"),
    [
        ("circle()", (35, 20, 85, 70)),
        ("circle(10px)", (50, 35, 70, 55)),
        ("circle(10px at 20px 30px)", (20, 40, 40, 60)),
        ("circle(10px at left)", (0, 35, 20, 55)),
        ("circle(10px at top)", (50, 10, 70, 30)),
        ("circle(10px at bottom right)", (100, 60, 120, 80)),
        ("circle(farthest-side at 10px 50%)", (-70, -45, 110, 135)),
        ("ellipse()", (10, 20, 110, 70)),
        ("ellipse(10% 20%)", (50, 35, 70, 55)),
        ("inset(10px)", (20, 30, 100, 60)),
        ("inset(10px 20px)", (30, 30, 90, 60)),
        ("inset(1px 2px 3px 4px round 9px 1px)", (14, 21, 108, 67)),
        ("inset(10px round 500px)", (20, 30, 100, 60)),
        ("rect(5px auto auto 10px)", (20, 25, 110, 70)),
        ("xywh(1px 2px 3px 4px)", (11, 22, 14, 26)),
        ("polygon(0 0, 100% 0, 50% 50%)", (10, 20, 110, 45)),
        ("path('M0 0h5v6')", (10, 20, 15, 26)),
        ("fill-box", (10, 20, 110, 70)),
    ],
)
def test_a_shape_is_measured_by_its_box(value: str, sides: tuple[float, ...]) -> None:
    assert seen(value) == pytest.approx(sides, abs=0.1)


@pytest.mark.parametrize(
    "value",
    [
        *(
            "circle(red)",
            "circle(1px at a b c)",
            "ellipse(1px red)",
            "inset()",
            "inset(red)",
            "polygon(1px)",
            "polygon()",
        ),
        *("path()", "nonsense(1px)", "circle(1px) circle(1px)", "circle(1deg)", "rect(1px)"),
    ],
)
def test_what_is_no_such_shape_is_none(value: str) -> None:
    assert clip_of(value, BOX) is None


def test_a_polygon_says_how_it_is_filled() -> None:
    clips = [clip_of(f"polygon({rule}0 0, 9px 0, 0 9px)", BOX) for rule in ("", "nonzero, ", "evenodd, ")]

    assert [clip and clip.is_even for clip in clips] == [False, False, True]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("circle()", "stroke-box"),
        ("circle() content-box", "fill-box"),
        ("border-box", "stroke-box"),
        ("view-box", "view-box"),
    ],
)
def test_boxes_of_css_are_those_of_svg(value: str, name: str) -> None:
    assert box_name(value) == name
