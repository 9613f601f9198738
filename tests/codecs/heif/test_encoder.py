import io

import pytest

from imgsvc.codecs.picture import Picture
from imgsvc.codecs.settings import EncodeSettings
from imgsvc.codecs.writing.wanted import quality_for
from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions
from tests.codecs.files import decoded, written
from tests.images import (
    frames,
    noise,
)


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
