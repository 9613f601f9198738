import pytest

from imgsvc.errors import ResolutionError
from imgsvc.options.geometry import Gravity, Size
from imgsvc.options.processing import Crop, ProcessingOptions
from imgsvc.transforms.planning.bounds import MAX_PIXELS, MAX_SIDE, bounded, check_chain, check_size, near

SMALL = Size(10, 10)


def test_an_image_that_fits_no_memory_is_refused_by_its_size() -> None:
    with pytest.raises(ResolutionError, match="scaling would make 20000x20000"):
        check_size(Size(20_000, 20_000), SMALL, "scaling")


def test_a_side_longer_than_any_resampler_takes_is_refused() -> None:
    with pytest.raises(ResolutionError):
        check_size(Size(MAX_SIDE + 1, 1), SMALL, "scaling")


def test_a_source_may_always_come_out_at_its_own_size() -> None:
    source = Size(MAX_PIXELS, 2)

    check_size(source, source, "scaling")


def test_what_is_no_larger_than_the_source_may_be_made_again_and_again() -> None:
    check_chain([20_000_000] * 50, Size(5000, 4000))


def test_what_is_larger_than_the_source_is_so_together_once() -> None:
    check_chain([MAX_PIXELS // 2] * 2, SMALL)
    with pytest.raises(ResolutionError, match="chained pipelines"):
        check_chain([MAX_PIXELS // 2] * 3, SMALL)


def test_no_number_is_further_from_zero_than_a_billion() -> None:
    wild = ProcessingOptions(width=10**400, zoom_x=1e308, dpr=5e-324, gravity=Gravity(x=-1e308))

    tame = bounded(wild)

    assert (tame.width, tame.zoom_x, tame.dpr, tame.gravity.x) == (10**9, 1e9, 1e-9, -1e9)


def test_ordinary_wishes_stay_as_they_are() -> None:
    options = ProcessingOptions(width=300, dpr=1.5, crop=Crop(0.5, 20, Gravity(x=3)))

    assert bounded(options) == options


def test_a_wish_without_crop_gravity_stays_without() -> None:
    assert bounded(ProcessingOptions()).crop.gravity is None


@pytest.mark.parametrize(("value", "bound"), [(1e308, 1e9), (-1e308, -1e9), (0.5, 0.5)])
def test_near_keeps_the_sign(value: float, bound: float) -> None:
    assert near(value) == bound
