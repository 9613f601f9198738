from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgsvc.codecs.encode import can_encode, encode, quality_for
from imgsvc.codecs.metadata import metadata_of
from imgsvc.codecs.picture import Metadata, Picture
from imgsvc.codecs.settings import EncodeSettings
from imgsvc.errors import RequestTimeoutError, ResultFormatError
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from imgsvc.options.processing import ProcessingOptions
from imgsvc.transforms.planning.sizes import fitting
from tests.codecs.files import decoded, reopened, written
from tests.images import RED, exif, fading, frames, gradient, gray_profile, noise, quadrants, solid, swapped_profile

WRITTEN = [each for each in Format if can_encode(each)]
DEFAULTS = EncodeSettings()
PLAIN = ProcessingOptions()


@pytest.mark.parametrize("format_", WRITTEN)
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_every_format_is_written_from_every_mode(format_: Format, mode: str) -> None:
    result = written(quadrants(40, 20, mode), format_)

    assert (result.format, decoded(result).size) == (format_, (40, 20))


@pytest.mark.parametrize("format_", [each for each in WRITTEN if each.traits.alpha])
def test_alpha_survives_where_the_format_has_it(format_: Format) -> None:
    alpha = reopened(written(fading(64, 32), format_)).convert("RGBA").getchannel("A")

    low, high = alpha.getextrema()
    assert (low, high) == pytest.approx((0, 255), abs=8)


@pytest.mark.parametrize("format_", [Format.PNG, Format.TIFF, Format.BMP, Format.ICO])
def test_lossless_formats_lose_nothing(format_: Format) -> None:
    image = noise(32, 16)

    assert reopened(written(image, format_)).convert("RGB").tobytes() == image.tobytes()


@pytest.mark.parametrize("format_", [Format.SVG, Format.PSD])
def test_some_formats_cannot_be_written(format_: Format) -> None:
    assert not can_encode(format_)
    with pytest.raises(ResultFormatError):
        written(solid(), format_)


@pytest.mark.parametrize(
    ("options", "settings", "quality"),
    [
        pytest.param(PLAIN, DEFAULTS, 80, id="the settings'"),
        pytest.param(PLAIN, EncodeSettings(format_quality={Format.JPEG: 70}), 70, id="the settings' for the format"),
        pytest.param(ProcessingOptions(format_quality={Format.JPEG: 60}), DEFAULTS, 60, id="the URL's for the format"),
        pytest.param(ProcessingOptions(quality=50, format_quality={Format.JPEG: 60}), DEFAULTS, 50, id="the URL's"),
        pytest.param(ProcessingOptions(format_quality={Format.JPEG: 0}), DEFAULTS, 80, id="zero is none"),
    ],
)
def test_the_nearest_quality_counts(options: ProcessingOptions, settings: EncodeSettings, quality: int) -> None:
    assert quality_for(Format.JPEG, options, settings) == quality


@pytest.mark.parametrize("format_", [Format.JPEG, Format.WEBP, Format.AVIF, Format.JXL, Format.HEIC])
def test_less_quality_is_fewer_bytes(format_: Format) -> None:
    small, large = (len(written(noise(), format_, ProcessingOptions(quality=q)).body) for q in (20, 90))

    assert small < large


def test_max_bytes_lowers_the_quality_until_the_file_fits() -> None:
    full = len(written(noise(), Format.JPEG).body)

    result = written(noise(), Format.JPEG, ProcessingOptions(max_bytes=full // 2))

    assert len(result.body) <= full // 2


def test_the_smallest_attempt_is_given_even_where_it_does_not_fit() -> None:
    attempts: list[int] = []
    picture = Picture(frames=(noise(),))

    result = encode(picture, Format.JPEG, ProcessingOptions(max_bytes=1), DEFAULTS, lambda: attempts.append(1))

    # Qualities 80, 20 and 5.
    assert (len(attempts), len(result.body) > 1) == (3, True)


def test_max_bytes_means_nothing_to_a_format_without_quality() -> None:
    plain, limited = (written(noise(), Format.PNG, options) for options in (PLAIN, ProcessingOptions(max_bytes=1)))

    assert plain == limited


def test_no_attempt_is_made_once_the_time_is_up() -> None:
    def late() -> None:
        raise RequestTimeoutError("late")

    with pytest.raises(RequestTimeoutError):
        encode(Picture(frames=(noise(),)), Format.JPEG, PLAIN, DEFAULTS, late)


@pytest.mark.parametrize(("mode", "format_"), [("RGB", Format.JPEG), ("RGBA", Format.PNG)])
def test_an_image_too_small_for_avif_becomes_another_format(mode: str, format_: Format) -> None:
    assert written(quadrants(40, 15, mode), Format.AVIF).format is format_
    assert written(quadrants(40, 16, mode), Format.AVIF).format is Format.AVIF


@pytest.mark.parametrize("format_", [Format.GIF, Format.WEBP])
def test_animations_stay_animations(format_: Format) -> None:
    picture = Picture(frames=tuple(frames(3, 32, 32)), delays_ms=(100, 200, 300), loop=2)

    found = decoded(written(picture, format_))

    assert (found.delays_ms, found.loop, len(found.frames)) == ((100, 200, 300), 2, 3)


@pytest.mark.parametrize("format_", [Format.JPEG, Format.PNG, Format.TIFF, Format.WEBP])
def test_one_frame_of_an_animation_is_written_where_there_can_be_one(format_: Format) -> None:
    picture = Picture(frames=(solid(32, 32),), delays_ms=(100,))

    assert len(decoded(written(picture, format_)).frames) == 1


@pytest.mark.parametrize("format_", [Format.JPEG, Format.PNG, Format.WEBP, Format.AVIF, Format.HEIC, Format.TIFF])
def test_a_kept_profile_is_embedded(format_: Format) -> None:
    result = written(Picture(frames=(quadrants(),), profile=swapped_profile()), format_)

    assert reopened(result).info.get("icc_profile") == swapped_profile()


@pytest.mark.parametrize("format_", [Format.JPEG, Format.PNG, Format.TIFF])
def test_a_gray_profile_is_embedded_where_gray_stays_gray(format_: Format) -> None:
    result = written(Picture(frames=(gradient(),), profile=gray_profile()), format_)

    assert (reopened(result).mode, reopened(result).info.get("icc_profile")) == ("L", gray_profile())


@pytest.mark.parametrize("format_", [Format.GIF, Format.BMP, Format.ICO, Format.JXL])
def test_where_no_profile_can_be_embedded_pixels_are_converted(format_: Format) -> None:
    result = written(Picture(frames=(solid(32, 32),), profile=swapped_profile()), format_)

    red, green, _ = reopened(result).convert("RGB").getpixel((9, 9))  # type: ignore[misc]
    assert green > 200 > red


@pytest.mark.parametrize("format_", [Format.JPEG, Format.PNG, Format.WEBP, Format.AVIF, Format.HEIC])
def test_a_minimal_exif_block_is_always_there(format_: Format) -> None:
    assert dict(reopened(written(quadrants(), format_)).getexif())[0x011A] == 72


@pytest.mark.parametrize("format_", [Format.JPEG, Format.PNG, Format.WEBP, Format.AVIF, Format.HEIC])
def test_metadata_is_embedded(format_: Format) -> None:
    metadata = Metadata(exif=exif(1, artist="Ada")[6:], xmp=b"<x/>")

    found = metadata_of(reopened(written(Picture(frames=(quadrants(),), metadata=metadata), format_)))

    assert b"Ada" in found.exif
    assert found.xmp == b"<x/>"


def test_what_the_decoder_left_behind_is_not_written() -> None:
    image = solid(16, 16, RED)
    image.info |= {"icc_profile": swapped_profile(), "comment": b"hidden", "transparency": 0}

    both = written(image, Format.PNG).body + written(image, Format.JPEG).body

    assert b"swapped" not in both
    assert b"hidden" not in both


def test_encoding_leaves_the_picture_alone() -> None:
    image = gradient(mode="RGB")
    image.info["a"] = 1
    before = replace(Picture(frames=(image.copy(),)))

    written(image, Format.JPEG)

    assert (image.tobytes(), image.info) == (before.frames[0].tobytes(), {"a": 1})


@settings(max_examples=60)
@given(
    format_=st.sampled_from(WRITTEN),
    mode=st.sampled_from(["L", "LA", "RGB", "RGBA"]),
    quality=st.integers(1, 100) | st.just(100),
    width=st.integers(1, 300),
    height=st.integers(1, 300),
)
def test_noise_of_any_size_is_written_at_any_quality(
    format_: Format, mode: str, quality: int, width: int, height: int
) -> None:
    result = written(noise(width, height, mode), format_, ProcessingOptions(quality=quality))

    assert decoded(result).size == (width, height)


@pytest.mark.parametrize("format_", WRITTEN)
@pytest.mark.parametrize("size", [Size(100_000, 40), Size(40, 100_000), Size(100_000, 1), Size(1, 100_000)], ids=str)
def test_what_the_plan_makes_of_a_long_side_can_be_written(format_: Format, size: Size) -> None:
    fitted = fitting(size, format_)
    image = solid(*(fitted.size if fitted else size))

    result = written(image, format_)

    assert reopened(result).size == image.size


@pytest.mark.parametrize("format_", [each for each in WRITTEN if each.traits.max_side])
@pytest.mark.parametrize("is_wide", [True, False])
def test_the_longest_side_of_the_table_can_be_written(format_: Format, is_wide: bool) -> None:
    longest, other = format_.traits.max_side, 40
    image = solid(longest, other) if is_wide else solid(other, longest)

    assert reopened(written(image, format_)).size == image.size


@pytest.mark.parametrize("is_wide", [True, False])
def test_the_longest_thin_heic_of_the_table_can_be_written(is_wide: bool) -> None:
    below, longest = Format.HEIC.traits.thin
    image = solid(longest, below - 1) if is_wide else solid(below - 1, longest)

    assert reopened(written(image, Format.HEIC)).size == image.size


ANIMATED = [Format.GIF, Format.WEBP, Format.AVIF]


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
