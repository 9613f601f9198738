import pytest

from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions
from tests.codecs.files import reopened, written
from tests.images import (
    noise,
)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_jpeg_xl_of_quality_100_loses_nothing(mode: str) -> None:
    image = noise(32, 16, mode)

    result = written(image, Format.JXL, ProcessingOptions(quality=100))

    assert reopened(result).convert("RGBA").tobytes() == image.convert("RGBA").tobytes()
