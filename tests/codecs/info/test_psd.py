import struct

import pytest

from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size
from tests import images
from tests.codecs.info.reading import outline


def psd(*resources: tuple[int, bytes], mode: int = 3, bits: int = 8) -> bytes:
    head = struct.pack(">4sH6xHIIHH", b"8BPS", 1, 3, 20, 40, bits, mode)
    section = b"".join(
        b"8BIM" + struct.pack(">HHI", number, 0, len(content)) + content + bytes(len(content) % 2)
        for number, content in resources
    )
    return head + bytes(4) + len(section).to_bytes(4) + section + bytes(4)


def test_its_resources_hold_its_metadata() -> None:
    exif = images.exif(6).removeprefix(b"Exif\0\0")
    found = outline(psd((1058, exif), (1060, b"<x/>"), (1028, b"\x1c\2\5\0\1a")))

    assert (found.orientation, found.xmp, found.size) == (6, b"<x/>", Size(20, 40))
    assert b"\x1c\2\5\0\1a" in found.photoshop


@pytest.mark.parametrize(
    ("mode", "bits", "expected"),
    [(3, 8, ("srgb", 3, "uchar")), (4, 8, ("cmyk", 4, "uchar")), (1, 16, ("grey16", 1, "ushort"))],
)
def test_its_color_mode_says_its_bands(mode: int, bits: int, expected: tuple[str, int, str]) -> None:
    found = outline(psd(mode=mode, bits=bits))

    assert (found.colorspace, found.bands, found.sample_format) == expected


def test_a_file_that_ends_in_its_header_is_none() -> None:
    with pytest.raises(UndecodableImageError):
        outline(psd()[:20])
