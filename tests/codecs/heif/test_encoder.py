import io

import pytest
from PIL import Image, ImageChops, ImageStat

from imgsvc.codecs.picture import Picture
from imgsvc.codecs.settings import EncodeSettings
from imgsvc.codecs.writing.wanted import quality_for
from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions
from tests.codecs.files import decoded, written
from tests.images import BLUE, RED, frames, gradient, noise, solid


@pytest.mark.parametrize(("animates", "count"), [(True, 3), (False, 1)])
def test_avif_is_animated_where_the_settings_say_so(animates: bool, count: int) -> None:
    picture = Picture(frames=tuple(frames(3, 32, 32)), delays_ms=(100, 200, 300))

    result = written(picture, Format.AVIF, settings=EncodeSettings(avif_animation=animates))

    assert len(decoded(result).frames) == count


def test_avif_spends_bytes_on_texture_as_libheif_does() -> None:
    image, settings = noise(64, 64), EncodeSettings()
    plain = io.BytesIO()
    image.save(
        plain, "AVIF", quality=quality_for(Format.AVIF, ProcessingOptions(), settings), speed=settings.avif_speed
    )

    assert len(written(image, Format.AVIF).body) > 1.1 * len(plain.getvalue())


def striped() -> Image.Image:
    """Columns of a pixel, red and blue, which half of the color resolution makes one color."""
    image = solid(64, 64, RED)
    for left in range(0, 64, 2):
        image.paste(BLUE, (left, 0, left + 1, 64))
    return image


@pytest.mark.parametrize("format_", [Format.AVIF, Format.HEIC])
def test_from_quality_90_on_all_of_the_color_resolution_is_kept(format_: Format) -> None:
    image = striped()

    half, full = (decoded(written(image, format_, ProcessingOptions(quality=each))).frames[0] for each in (89, 90))

    losses = [ImageStat.Stat(ImageChops.difference(image, each.convert("RGB"))).mean[0] for each in (half, full)]
    assert losses[0] > 100
    assert losses[1] < 3


def test_gray_heic_of_any_quality_stays_gray() -> None:
    found = decoded(written(gradient(64, 64), Format.HEIC, ProcessingOptions(quality=95))).frames[0].convert("RGB")

    assert all(red == green == blue for _, (red, green, blue) in found.getcolors(4096) or ())
