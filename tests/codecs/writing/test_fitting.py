import pytest

from imgsvc.codecs.picture import Picture
from imgsvc.codecs.settings import EncodeSettings
from imgsvc.options.formats import Format
from tests.codecs.files import decoded, reopened, written
from tests.images import frames, gradient, gray_profile, quadrants, solid, swapped_profile

ANIMATED = [Format.GIF, Format.WEBP, Format.AVIF]


@pytest.mark.parametrize(("mode", "format_"), [("RGB", Format.JPEG), ("RGBA", Format.PNG)])
def test_an_image_too_small_for_avif_becomes_another_format(mode: str, format_: Format) -> None:
    assert written(quadrants(40, 15, mode), Format.AVIF).format is format_
    assert written(quadrants(40, 16, mode), Format.AVIF).format is Format.AVIF


@pytest.mark.parametrize("format_", [Format.JPEG, Format.PNG, Format.TIFF, Format.WEBP])
def test_one_frame_of_an_animation_is_written_where_there_can_be_one(format_: Format) -> None:
    picture = Picture(frames=(solid(32, 32),), delays_ms=(100,))

    assert len(decoded(written(picture, format_)).frames) == 1


@pytest.mark.parametrize("format_", [Format.JPEG, Format.PNG, Format.TIFF])
def test_a_gray_profile_is_embedded_where_gray_stays_gray(format_: Format) -> None:
    result = written(Picture(frames=(gradient(),), profile=gray_profile()), format_)

    assert (reopened(result).mode, reopened(result).info.get("icc_profile")) == ("L", gray_profile())


@pytest.mark.parametrize("format_", [Format.GIF, Format.BMP, Format.ICO, Format.JXL])
def test_where_no_profile_can_be_embedded_pixels_are_converted(format_: Format) -> None:
    result = written(Picture(frames=(solid(32, 32),), profile=swapped_profile()), format_)

    red, green, _ = reopened(result).convert("RGB").getpixel((9, 9))  # type: ignore[misc]
    assert green > 200 > red


@pytest.mark.parametrize("format_", ANIMATED)
@pytest.mark.parametrize("delay_ms", [100, 655_350, 655_360, 0xFFFFFF, 0x1000000, 0x7FFFFFFF, 0x1FFFFFFFF])
def test_a_frame_lasts_as_long_as_the_format_can_say(format_: Format, delay_ms: int) -> None:
    picture = Picture(frames=tuple(frames(3, 32, 32)), delays_ms=(delay_ms,) * 3)

    found = decoded(written(picture, format_, settings=EncodeSettings(avif_animation=True)))

    assert found.delays_ms[0] == min(delay_ms, format_.traits.max_delay_ms, 0x7FFFFFFF // 3)


@pytest.mark.parametrize("format_", [Format.GIF, Format.WEBP])
@pytest.mark.parametrize("over", [0, 1, 1 << 40])
def test_what_is_repeated_more_often_than_the_format_counts_never_ends(format_: Format, over: int) -> None:
    most = format_.traits.max_loops
    picture = Picture(frames=tuple(frames(3, 32, 32)), delays_ms=(100,) * 3, loop=most + over)

    found = decoded(written(picture, format_))

    assert found.loop == (0 if over else most)
