import struct

import pytest

from imgsvc.codecs.info.texts.exif import exif_texts
from imgsvc.parts import Parts
from tests.codecs.info.reading import tiff_block


def fraction(upper: int, lower: int) -> bytes:
    return struct.pack(">II", upper, lower)


def nested(pointer: int, *entries: tuple[int, int, int, bytes]) -> bytes:
    """A block whose main directory has a model, and points at another one with these."""
    head = tiff_block((272, 2, 4, b"One\0"), (pointer, 4, 1, struct.pack(">I", 38)))
    place, rows, values = 38 + 2 + 12 * len(entries) + 4, b"", b""
    for tag, kind, count, data in entries:
        rows += struct.pack(">HHI", tag, kind, count)
        rows += data.ljust(4, b"\0") if len(data) <= 4 else struct.pack(">I", place + len(values))
        values += data if len(data) > 4 else b""
    assert len(head) == 38
    return head + struct.pack(">H", len(entries)) + rows + bytes(4) + values


def texts(block: bytes, *, canonical: bool = False, positions: bool = False) -> dict[str, str]:
    return exif_texts(Parts.whole(block), canonical=canonical, positions=positions)


DETAILS = nested(34665, (33434, 5, 1, fraction(1, 250)), (37383, 3, 1, b"\0\5"))
PLACE = nested(34853, (1, 2, 2, b"N\0"), (2, 5, 3, fraction(51, 1) + fraction(30, 1) + fraction(1234, 100)))


def test_a_tag_is_told_by_its_title() -> None:
    assert texts(DETAILS) == {"Model": "One", "Exposure Time": "1/250 sec.", "Metering Mode": "Pattern"}


def test_or_by_its_name_in_the_standard() -> None:
    assert texts(DETAILS, canonical=True).keys() == {"Model", "ExposureTime", "MeteringMode"}


def test_where_a_picture_was_taken_is_not_told() -> None:
    assert texts(PLACE) == {"Model": "One"}


def test_unless_that_is_let_through() -> None:
    told = texts(PLACE, positions=True)

    assert told == {"Model": "One", "North or South Latitude": "N", "Latitude": "51, 30, 12.34"}


@pytest.mark.parametrize("tag", [37500, 513, 34675, 60_000])
def test_notes_thumbnails_and_what_nobody_knows_are_not_told(tag: int) -> None:
    assert texts(tiff_block((tag, 7, 4, b"abcd"))) == {}


def test_what_stands_in_the_wrong_directory_is_told_all_the_same() -> None:
    assert texts(tiff_block((41987, 3, 1, b"\0\1"))) == {"White Balance": "Manual white balance"}


@pytest.mark.parametrize("block", [b"", b"no block", DETAILS[:9], b"MM\0*\xff\xff\xff\xff"])
def test_a_damaged_block_tells_nothing(block: bytes) -> None:
    assert texts(block) == {}


def test_a_block_that_breaks_off_tells_what_stands_before() -> None:
    assert texts(DETAILS[:40])["Model"] == "One"


def test_directories_that_lead_to_each_other_are_read_once() -> None:
    assert texts(nested(34665, (40965, 4, 1, struct.pack(">I", 8)))) == {"Model": "One"}


def test_all_of_it_together_has_a_bound() -> None:
    many = tiff_block(
        *[(tag, 2, 30_000, b"x" * 30_000) for tag in (269, 270, 271, 272, 305, 306, 315, 40091, 40092, 40093)]
    )

    assert sum(map(len, texts(many).values())) <= 256 * 1024
