import struct

import pytest

from imgsvc.codecs.heif.boxes import BOXES, Numbers, boxes, find
from imgsvc.errors import UndecodableImageError
from tests.codecs.heif.files import box


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(box(b"free", b"abcd"), id="32 bits"),
        pytest.param(struct.pack(">I4sQ", 1, b"free", 20) + b"abcd", id="64 bits"),
        pytest.param(struct.pack(">I4s", 0, b"free") + b"abcd", id="to the end"),
        pytest.param(struct.pack(">I4s", 99, b"free") + b"abcd", id="cut short"),
    ],
)
def test_a_box_ends_where_its_length_says_or_the_file_does(body: bytes) -> None:
    (found,) = boxes(body, 0, len(body))

    assert (found.kind, body[found.start : found.end]) == (b"free", b"abcd")


def test_a_box_that_ends_before_it_begins_ends_them_all() -> None:
    body = box(b"free") + struct.pack(">I4s", 2, b"free") + box(b"mdat")

    assert [each.kind for each in boxes(body, 0, len(body))] == [b"free"]


def test_boxes_are_found_one_within_the_other() -> None:
    body = box(b"ftyp") + box(b"meta", bytes(4), box(b"iprp", box(b"ipco")))

    assert find(body, (b"meta", b"iprp", b"ipco")) is not None
    assert find(body, (b"meta", b"ipco")) is None


def test_numbers_end_with_their_bytes() -> None:
    numbers = Numbers(b"\1\2\3")

    assert (numbers.take(1), numbers.take(2)) == (1, 0x203)
    with pytest.raises(EOFError):
        numbers.take(1)


def test_boxes_within_one_are_bounded_wherever_they_are_looked_for() -> None:
    body = box(b"edts", box(b"free") * (BOXES.most + 1))

    with pytest.raises(UndecodableImageError, match="heif boxes"):
        find(body, (b"edts", b"elst"))
