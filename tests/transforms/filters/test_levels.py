import pytest

from imgsvc.transforms.filters.levels import brightness, contrast, mapped, tabled
from tests.images import fading, gradient, quadrants, solid
from tests.transforms.planned import plan_for


@pytest.mark.parametrize(("more", "level"), [(50, 150), (-50, 50), (200, 255), (-200, 0)])
def test_brightness_adds_levels_and_stops_at_both_ends(more: int, level: int) -> None:
    image = solid(color=(100, 100, 100))

    assert brightness(image, plan_for(image.size, brightness=more)).getpixel((0, 0)) == (level,) * 3


@pytest.mark.parametrize(("factor", "level"), [(2.0, 72), (0.5, 114), (0.0, 128), (1e308, 0)])
def test_contrast_moves_a_level_away_from_128(factor: float, level: int) -> None:
    image = solid(color=100, mode="L")

    assert contrast(image, plan_for(image.size, contrast=factor)).getpixel((0, 0)) == level


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_a_mode_stays_what_it_is(mode: str) -> None:
    image = quadrants(mode=mode)

    assert brightness(image, plan_for(image.size, brightness=9)).mode == mode


def test_alpha_is_not_mapped() -> None:
    image = fading()

    assert mapped(image, lambda level: 255 - level).getchannel("A").tobytes() == image.getchannel("A").tobytes()


def test_each_channel_may_have_a_curve_of_its_own() -> None:
    found = mapped(solid(color=(1, 2, 3)), lambda _: 10, lambda _: 20, lambda level: level)

    assert found.getpixel((0, 0)) == (10, 20, 3)


def test_a_table_has_the_nearest_levels() -> None:
    assert tabled(lambda level: level * 0.5)[:4] == [0, 1, 1, 2]


def test_without_a_wish_the_image_is_given_back() -> None:
    image = gradient()

    assert contrast(brightness(image, plan_for(image.size)), plan_for(image.size)) is image
