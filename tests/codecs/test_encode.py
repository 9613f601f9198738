from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgsvc.codecs.encode import can_encode
from imgsvc.codecs.metadata import metadata_of
from imgsvc.codecs.picture import Metadata, Picture
from imgsvc.errors import ResultFormatError
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from imgsvc.options.processing import ProcessingOptions
from imgsvc.transforms.planning.sizes import fitting
from tests.codecs.files import decoded, reopened, written
from tests.images import RED, exif, fading, frames, gradient, noise, quadrants, solid, swapped_profile

WRITTEN = [each for each in Format if can_encode(each)]


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


@pytest.mark.parametrize("format_", [Format.JPEG, Format.WEBP, Format.AVIF, Format.JXL, Format.HEIC])
def test_less_quality_is_fewer_bytes(format_: Format) -> None:
    small, large = (len(written(noise(), format_, ProcessingOptions(quality=q)).body) for q in (20, 90))

    assert small < large


@pytest.mark.parametrize("format_", [Format.GIF, Format.WEBP])
def test_animations_stay_animations(format_: Format) -> None:
    picture = Picture(frames=tuple(frames(3, 32, 32)), delays_ms=(100, 200, 300), loop=2)

    found = decoded(written(picture, format_))

    assert (found.delays_ms, found.loop, len(found.frames)) == ((100, 200, 300), 2, 3)


@pytest.mark.parametrize("format_", [Format.JPEG, Format.PNG, Format.WEBP, Format.AVIF, Format.HEIC, Format.TIFF])
def test_a_kept_profile_is_embedded(format_: Format) -> None:
    result = written(Picture(frames=(quadrants(),), profile=swapped_profile()), format_)

    assert reopened(result).info.get("icc_profile") == swapped_profile()


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
