import pytest

from imgsvc.codecs.jxl.encoder import write_jxl
from imgsvc.codecs.native.saving import EncodeOptions
from imgsvc.codecs.picture import Metadata, Picture
from imgsvc.codecs.settings import EncodeSettings
from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions
from tests.codecs.files import decoded, opened, reopened, written
from tests.images import exif, noise

EXIF = exif(1, artist="Ada").removeprefix(b"Exif\0\0")
MODES = pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])


@MODES
def test_jpeg_xl_of_quality_100_loses_nothing(mode: str) -> None:
    image = noise(32, 16, mode)

    result = written(image, Format.JXL, ProcessingOptions(quality=100))

    assert reopened(result).convert("RGBA").tobytes() == image.convert("RGBA").tobytes()


@MODES
def test_others_read_the_mode_that_was_written(mode: str) -> None:
    result = written(noise(32, 16, mode), Format.JXL, ProcessingOptions(quality=80))

    assert (reopened(result).mode, decoded(result).frames[0].mode) == (mode, mode)


def test_a_file_larger_than_a_part_of_it_is_written_whole() -> None:
    result = written(noise(300, 300), Format.JXL, ProcessingOptions(quality=100))

    assert len(result.body) > 1 << 17
    assert reopened(result).tobytes() == noise(300, 300).tobytes()


def test_metadata_is_found_by_others_and_here() -> None:
    picture = Picture(frames=(noise(),), metadata=Metadata(exif=EXIF, xmp=b"<x/>"))
    body = write_jxl(picture, EncodeOptions(80, EncodeSettings(), lambda: None))

    header = opened(body, "jxl").header

    assert (header.metadata.exif, header.metadata.xmp) == (EXIF, b"<x/>")


def test_more_effort_is_another_file() -> None:
    first, second = (
        write_jxl(Picture(frames=(noise(),)), EncodeOptions(80, EncodeSettings(jxl_effort=effort), lambda: None))
        for effort in (1, 7)
    )

    assert first != second
