import struct

import pytest

from imgsvc.codecs.info.directories import ENTRIES, Directory, first_directory
from imgsvc.errors import UndecodableImageError
from imgsvc.parts import MissingPartError, Parts
from tests.codecs.info.reading import tiff_block


def directory(*entries: tuple[int, int, int, bytes], order: str = ">") -> Directory:
    return first_directory(Parts.whole(tiff_block(*entries, order=order)))


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_number_stands_in_the_order_of_bytes_of_its_file(order: str) -> None:
    found = directory(
        (256, 3, 1, struct.pack(f"{order}H", 300)), (257, 4, 1, struct.pack(f"{order}I", 70_000)), order=order
    )

    assert (found.number(256), found.number(257), found.number(258, 8)) == (300, 70_000, 8)


def test_what_does_not_fit_is_where_the_entry_says() -> None:
    assert directory((270, 2, 9, b"far away\0")).block(270) == b"far away\0"


def test_of_a_tag_that_is_said_twice_the_first_counts() -> None:
    assert directory((256, 3, 1, b"\0\1"), (256, 3, 1, b"\0\2")).number(256) == 1


@pytest.mark.parametrize(
    "entry", [(270, 2, 1 << 30, b"\0\0\0\x08"), (270, 2, 100, b"\0\0\0\x08"), (270, 99, 1, b"abcd")]
)
def test_what_is_not_there_too_long_or_of_no_type_is_nothing(entry: tuple[int, int, int, bytes]) -> None:
    assert directory(entry).block(270) == b""


def test_a_directory_within_is_read_as_the_first_is() -> None:
    inner = struct.pack(">HHHI4s", 1, 33437, 3, 1, b"\0\7\0\0")
    block = tiff_block((34665, 4, 1, struct.pack(">I", 26)))

    assert first_directory(Parts.whole(block + inner)).within(34665).number(33437) == 7


@pytest.mark.parametrize("at", [0, 8, 10_000])
def test_one_that_is_nowhere_or_points_at_itself_is_read_once(at: int) -> None:
    found = directory((34665, 4, 1, struct.pack(">I", at))).within(34665)

    assert len(found.entries) <= 1


def test_more_entries_than_anybody_writes_are_refused() -> None:
    block = b"MM\0*\0\0\0\x08" + struct.pack(">H", ENTRIES.most + 1) + bytes(12 * (ENTRIES.most + 1))

    with pytest.raises(UndecodableImageError):
        first_directory(Parts.whole(block))


@pytest.mark.parametrize("data", [b"", b"MM", b"XX\0*\0\0\0\x08", b"II+\0\x08\0\0\0"])
def test_what_does_not_begin_so_is_none(data: bytes) -> None:
    with pytest.raises(UndecodableImageError):
        first_directory(Parts.whole(data))


def test_a_part_that_is_not_there_is_asked_for() -> None:
    with pytest.raises(MissingPartError):
        first_directory(Parts({0: b"MM\0*\0\0\x10\0" + bytes(8)}, 10_000))
