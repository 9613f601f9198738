import struct

import pytest
from PIL import Image

from imgsvc.codecs.info.outline import Wanted
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size
from tests import images
from tests.codecs.info.reading import in_parts, outline


def far_directory(length: int) -> bytes:
    """A TIFF whose directory is behind so many bytes of nothing."""
    data = images.encoded(images.quadrants(40, 20), "tiff")
    at = struct.unpack_from("<I", data, 4)[0]
    count = struct.unpack_from("<H", data, at)[0]
    directory = data[at : at + 2 + 12 * count + 4]
    whole = data + bytes(length)
    return whole[:4] + struct.pack("<I", len(whole)) + whole[8:] + directory


def test_a_directory_is_read_wherever_it_is() -> None:
    found, read = in_parts(far_directory(300_000))

    assert found is not None
    assert (found.size, read < 10_000) == (Size(40, 20), True)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("L", ("b-w", 1, "uchar")),
        ("RGB", ("srgb", 3, "uchar")),
        ("CMYK", ("cmyk", 4, "uchar")),
        ("LAB", ("lab", 3, "uchar")),
        ("I;16", ("grey16", 1, "ushort")),
        ("F", ("b-w", 1, "float")),
    ],
)
def test_its_tags_say_its_bands(mode: str, expected: tuple[str, int, str]) -> None:
    found = outline(images.encoded(Image.new(mode, (4, 4)), "tiff"))

    assert (found.colorspace, found.bands, found.sample_format) == expected


def test_metadata_that_nobody_wants_is_not_read() -> None:
    data = images.encoded(images.quadrants(), "tiff", tiffinfo={700: b"<x/>"})

    assert (outline(data).xmp, outline(data, Wanted(xmp=False)).xmp) == (b"<x/>", b"")


def test_without_a_size_there_is_no_picture() -> None:
    with pytest.raises(UndecodableImageError):
        outline(b"II*\0\x08\0\0\0\0\0" + bytes(20))
