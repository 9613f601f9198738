import pytest
from hypothesis import given

from imgsvc.options.geometry import ResizingType, Size
from imgsvc.options.processing import Extend, ProcessingOptions
from imgsvc.transforms.planning.scaling import scaling
from tests.transforms.strategies import options, sizes

R = ResizingType
SOURCE = Size(200, 100)


@pytest.mark.parametrize(
    ("kind", "x", "y"),
    [(R.FIT, 0.25, 0.25), (R.FILL, 0.5, 0.5), (R.FILL_DOWN, 0.5, 0.5), (R.FORCE, 0.25, 0.5)],
)
def test_the_resizing_type_chooses_the_factor(kind: ResizingType, x: float, y: float) -> None:
    found = scaling(SOURCE, ProcessingOptions(resizing_type=kind, width=50, height=50), enlarges=False)

    assert (found.x, found.y) == pytest.approx((x, y))


@pytest.mark.parametrize(("width", "height", "factor"), [(80, 40, 0.4), (50, 60, 0.25), (60, 60, 0.6)])
def test_auto_fills_what_lies_alike_and_fits_the_rest(width: int, height: int, factor: float) -> None:
    wishes = ProcessingOptions(resizing_type=R.AUTO, width=width, height=height)

    assert scaling(SOURCE, wishes, enlarges=False).x == pytest.approx(factor)


@pytest.mark.parametrize("side", ["width", "height"])
def test_a_side_that_is_not_asked_for_follows_the_other(side: str) -> None:
    found = scaling(SOURCE, ProcessingOptions(**{side: 50}), enlarges=False)  # type: ignore[arg-type]

    assert found.x == found.y


def test_force_keeps_a_side_that_is_not_asked_for() -> None:
    found = scaling(SOURCE, ProcessingOptions(resizing_type=R.FORCE, width=50), enlarges=False)

    assert (found.x, found.y) == (0.25, 1)


def test_dpr_gives_way_to_what_the_source_has() -> None:
    found = scaling(SOURCE, ProcessingOptions(width=160, dpr=2), enlarges=False)

    assert (found.x, found.dpr) == (1, 1.25)


def test_the_canvas_keeps_its_dpr_where_the_image_cannot_grow() -> None:
    wishes = ProcessingOptions(width=400, dpr=1, extend=Extend(enabled=True))

    assert scaling(SOURCE, wishes, enlarges=False).dpr == 1


def test_zoom_multiplies_each_axis() -> None:
    found = scaling(SOURCE, ProcessingOptions(width=50, zoom_x=2, zoom_y=0.5), enlarges=False)

    assert (found.x, found.y) == (0.5, 0.125)


def test_minimal_sides_enlarge_even_where_nothing_else_may() -> None:
    found = scaling(SOURCE, ProcessingOptions(min_height=300), enlarges=False)

    assert (found.x, found.y) == pytest.approx((3, 3))


def test_a_factor_leaves_at_least_a_pixel() -> None:
    found = scaling(SOURCE, ProcessingOptions(width=1, height=1, dpr=0.001), enlarges=False)

    assert (found.x, found.y) == (1 / 200, 1 / 100)


def test_a_limit_scales_factors_and_dpr_alike() -> None:
    found = scaling(SOURCE, ProcessingOptions(width=100), enlarges=False).times(0.5, SOURCE)

    assert (found.x, found.y, found.dpr) == (0.25, 0.25, 0.5)


@given(sizes, options())
def test_without_enlarging_or_minimal_sides_nothing_grows(size: Size, wishes: ProcessingOptions) -> None:
    found = scaling(size, wishes, enlarges=False)

    assert wishes.min_width or wishes.min_height or max(found.x, found.y) <= 1 + 1e-9
