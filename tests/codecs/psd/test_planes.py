import struct
import zlib

import numpy
import pytest

from imgsvc.codecs.psd.header import read
from imgsvc.codecs.psd.planes import Packing, bands_of, has_picture
from imgsvc.errors import UndecodableImageError
from tests.codecs.psd.files import Kind, Samples, flat, psd, ramps


def planes(body: bytes, channels: int) -> list[Samples]:
    """All rows of each channel."""
    found: dict[int, list[Samples]] = {}
    for channel, _, rows in bands_of(body, read(body), channels):
        found.setdefault(channel, []).append(rows)
    return [numpy.concatenate(each) for each in found.values()]


@pytest.mark.parametrize("is_big", [False, True])
@pytest.mark.parametrize("packing", list(Packing))
@pytest.mark.parametrize(("bits", "form", "most"), [(8, ">u1", 255), (16, ">u2", 65_535), (32, ">f4", 1)])
def test_a_picture_is_the_same_however_it_is_packed(
    is_big: bool, packing: Packing, bits: int, form: str, most: float
) -> None:
    samples = ramps(3, most=most).astype(form)

    found = planes(psd(samples, Kind(bits=bits, packing=packing, is_big=is_big)), 3)

    assert [each.tobytes() for each in found] == [each.tobytes() for each in samples]


@pytest.mark.parametrize("packing", list(Packing))
def test_large_pictures_come_in_bands(packing: Packing) -> None:
    samples = numpy.array([numpy.arange(2500 * 2000).reshape(2500, 2000) // 2000 % 256])
    body = psd(numpy.concatenate([samples] * 3), Kind(packing=packing))

    bands = list(bands_of(body, read(body), 1))

    assert len(bands) > 1
    assert numpy.concatenate([rows for _, _, rows in bands]).tobytes() == samples.astype(numpy.uint8).tobytes()


@pytest.mark.parametrize("packing", list(Packing))
def test_of_a_picture_there_is_all_or_nothing(packing: Packing) -> None:
    body = psd(ramps(3), Kind(packing=packing))

    with pytest.raises(UndecodableImageError):
        planes(body[:-9], 3)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(psd(flat(1, 2, 3))[: -3 * 48 - 2] + struct.pack(">H", 4) + bytes(999), id="another packing"),
        pytest.param(psd(flat(1, 2, 3))[: -3 * 48 - 2] + struct.pack(">HH", 1, 9), id="no lengths"),
    ],
)
def test_what_makes_no_sense_is_undecodable(body: bytes) -> None:
    with pytest.raises(UndecodableImageError):
        planes(body, 3)


def test_a_zip_that_grows_without_end_is_read_as_far_as_the_picture_goes() -> None:
    whole = psd(flat(7, 7, 7), Kind(packing=Packing.ZIP))
    packed = zlib.compress(b"\7" * (64 << 20))

    found = planes(whole[: read(whole).offset + 2] + packed, 3)

    assert {int(each.min()) for each in found} == {7}


def test_a_file_may_end_before_its_picture() -> None:
    whole = psd(flat(1, 2, 3))

    assert has_picture(whole, read(whole))
    assert not has_picture(whole[: read(whole).offset], read(whole))
