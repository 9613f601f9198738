import pytest

from imgsvc.options.geometry import Gravity, GravityType
from imgsvc.options.info import Alpha, Average, Blurhash, DominantColors, InfoOptions
from imgsvc.options.processing import Crop


def test_what_is_told_by_itself_needs_no_pixels() -> None:
    assert not InfoOptions().needs_pixels


@pytest.mark.parametrize(
    "asked",
    [
        InfoOptions(palette=8),
        InfoOptions(average=Average(is_told=True)),
        InfoOptions(dominant_colors=DominantColors(is_told=True)),
        InfoOptions(blurhash=Blurhash(4, 3)),
        InfoOptions(wants_thumb_hash=True),
        InfoOptions(wants_perceptual_hash=True),
        InfoOptions(alpha=Alpha(is_told=True, checks_transparency=True)),
        InfoOptions(crop=Crop(100, 100, Gravity(GravityType.SMART))),
    ],
    ids=lambda each: str(each)[:0],
)
def test_colors_hashes_and_what_draws_the_eye_need_pixels(asked: InfoOptions) -> None:
    assert asked.needs_pixels


@pytest.mark.parametrize("hash_", [Blurhash(4, 0), Blurhash(0, 3)])
def test_a_blurhash_of_no_components_one_way_needs_none(hash_: Blurhash) -> None:
    assert not InfoOptions(blurhash=hash_).needs_pixels


def test_an_area_whose_place_is_known_needs_none() -> None:
    assert not InfoOptions(crop=Crop(100, 100)).needs_pixels


@pytest.mark.parametrize(("crop", "is_told"), [(Crop(10, 10), True), (Crop(10, 0), False), (Crop(), False)])
def test_an_area_is_told_where_both_its_sides_are_given(crop: Crop, is_told: bool) -> None:
    assert InfoOptions(crop=crop).wants_crop is is_told
