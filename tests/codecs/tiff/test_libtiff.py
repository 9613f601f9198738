import struct

import pytest

from imgsvc.codecs.decode import open_image
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.codecs.tiff.libtiff import UnknownTiffError, fault, read_header
from imgsvc.options.formats import Format
from tests.descriptors import open_descriptors
from tests.images import encoded, solid

_SHORT, _LONG = 3, 4
_HEADER_BYTES = 8
LOG_LUV, THUNDER_SCAN, NO_COMPRESSION = 34676, 32809, 1


def tiff(strip: bytes, *, width: int = 2, bits: int, samples: int, compression: int, photometric: int) -> bytes:
    """One row of pixels."""
    values = [(256, _SHORT, width), (257, _SHORT, 1), (258, _SHORT, bits), (259, _SHORT, compression)]
    values += [(262, _SHORT, photometric), (273, _LONG, _HEADER_BYTES), (277, _SHORT, samples), (278, _SHORT, 1)]
    values += [(279, _LONG, len(strip)), (284, _SHORT, 1)]
    if bits * samples > 16:
        # One value is not enough: it stands behind the pixels.
        values[2] = (258, _SHORT, _HEADER_BYTES + len(strip))
    directory = struct.pack("<H", len(values))
    for tag, kind, value in values:
        count = samples if tag == 258 else 1
        directory += struct.pack("<HHII", tag, kind, count, value)
    each_bits = struct.pack(f"<{samples}H", *[bits] * samples)
    return (
        b"II*\0"
        + struct.pack("<I", _HEADER_BYTES + len(strip) + len(each_bits))
        + strip
        + each_bits
        + directory
        + b"\0" * 4
    )


def log_luv() -> bytes:
    """Two pixels of luminance 1 in the color of daylight; each of their four bytes is a run of its own."""
    strip = b"".join(bytes((2, level, level)) for level in (0x40, 0x00, 81, 192))
    return tiff(strip, bits=16, samples=3, compression=LOG_LUV, photometric=32845)


def thunder_scan(strip: bytes = b"\xc0\xcf") -> bytes:
    """Two pixels set outright: the darkest and the lightest."""
    return tiff(strip, bits=4, samples=1, compression=THUNDER_SCAN, photometric=1)


def lab() -> bytes:
    """A red and a middle gray."""
    strip = struct.pack("<HhhHhh", 53 * 655, 80 * 256, 67 * 256, 50 * 655, 0, 0)
    return tiff(strip, bits=16, samples=3, compression=NO_COMPRESSION, photometric=8)


def test_measured_light_of_one_is_white() -> None:
    image = read_header(log_luv()).decode()

    assert (image.mode, image.size, min(image.tobytes()) > 230) == ("RGB", (2, 1), True)


def test_thunder_scan_is_gray() -> None:
    image = read_header(thunder_scan()).decode()

    assert (image.mode, image.tobytes()) == ("L", b"\0\xff")


def test_lab_of_sixteen_bits_keeps_its_upper_eight() -> None:
    image = read_header(lab()).decode()

    assert (image.mode, image.getpixel((1, 0))) == ("LAB", (127, 128, 128))


@pytest.mark.parametrize("body", [log_luv(), thunder_scan(), lab()])
def test_decode_falls_back_to_this_reader(body: bytes) -> None:
    opened = open_image(body, Format.TIFF, DecodeSettings())

    assert (opened.header.size, opened.decode().size) == ((2, 1), (2, 1))


def test_less_than_a_row_is_nothing() -> None:
    with pytest.raises(OSError, match="first strip"):
        read_header(thunder_scan(b"\xcf")).decode()


@pytest.mark.parametrize("body", [log_luv(), lab()])
def test_a_strip_that_is_not_there_is_nothing(body: bytes) -> None:
    """It is said to begin behind the end of the file."""
    at = body.index(struct.pack("<HHI", 273, _LONG, 1)) + 8

    with pytest.raises(OSError, match="first strip"):
        read_header(body[:at] + struct.pack("<I", 9999) + body[at + 4 :]).decode()


@pytest.mark.parametrize("body", [encoded(solid(), "tiff"), b"II*\0", b"not a TIFF"])
def test_other_kinds_do_not_reach_the_conversion(body: bytes) -> None:
    with pytest.raises(UnknownTiffError):
        read_header(body)


def test_another_libtiff_than_this_one_is_a_fault() -> None:
    assert (fault(), fault("LIBTIFF, Version 4.7.1")) == (None, None)
    assert fault("LIBTIFF, Version 5.0.0") == "linked with 'LIBTIFF, Version 5.0.0', not LIBTIFF, Version 4.x"


def test_no_file_is_left_open() -> None:
    read_header(lab()).decode()

    assert open_descriptors("memfd:tiff") == []
