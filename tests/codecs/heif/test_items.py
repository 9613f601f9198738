import pytest

from imgsvc.codecs.heif.boxes import boxes
from imgsvc.codecs.heif.items import (
    ASSOCIATIONS,
    Items,
    Property,
    Reference,
    associations,
    color_space,
    has_more_than_8_bits,
    items_of,
)
from imgsvc.errors import UndecodableImageError
from tests.codecs.heif.files import Item, avif, box

PLAIN = Item(b"", ((b"ispe", b"size"), (b"av1C", b"codec")))


@pytest.mark.parametrize("association_boxes", [1, 2])
def test_properties_are_those_that_an_item_is_associated_with(association_boxes: int) -> None:
    found = items_of(avif(PLAIN, PLAIN.said((b"irot", b"\1")), association_boxes=association_boxes))

    assert (found.of(1, b"irot"), found.of(2, b"irot"), found.of(2, b"ispe")) == (None, b"\1", b"size")


def test_an_item_may_belong_to_another_in_a_way() -> None:
    found = items_of(avif(PLAIN, PLAIN, PLAIN, primary=2, references=[(b"thmb", 3, 2), (b"auxl", 1, 2)]))

    assert (found.primary, found.referring(b"thmb", 2), found.referring(b"thmb", 1)) == (2, [3], [])
    assert Reference(b"auxl", 1, (2,)) in found.references


@pytest.mark.parametrize("kind", [b"ipma", b"iref", b"pitm"])
def test_of_a_file_that_cannot_be_read_nothing_is_known(kind: bytes) -> None:
    body = avif(PLAIN, references=[(b"thmb", 1, 1)])
    at = body.index(kind)

    assert items_of(body[: at + 14]).referring(b"thmb", 1) == []
    assert items_of(box(b"free")) == Items()


def test_numbers_of_properties_may_take_two_bytes_and_of_items_four() -> None:
    body = box(b"ipma", b"\1\0\0\1" + b"\0\0\0\1" + b"\0\1\0\0" + b"\2" + b"\x80\5" + b"\0\6")

    assert list(associations(body, list(boxes(body, 0, len(body))))) == [(0x10000, [(True, 5), (False, 6)])]


def test_properties_of_items_are_bounded_in_all_boxes_together() -> None:
    half = ASSOCIATIONS.most // 2 + 1
    one = box(b"ipma", bytes(4) + half.to_bytes(4) + bytes(3 * half))

    with pytest.raises(UndecodableImageError, match="heif properties"):
        list(associations(one * 2, list(boxes(one * 2, 0, 2 * len(one)))))


def test_references_are_bounded() -> None:
    body = box(b"meta", bytes(4), box(b"iref", bytes(4), box(b"dimg", b"\0\1\xff\xff")))

    with pytest.raises(UndecodableImageError, match="heif references"):
        items_of(body)


NUMBERS, IN_RGB = (b"nclx\0\x09\0\x10" + matrix + b"\x80" for matrix in (b"\0\x09", b"\0\0"))
OF_VIDEO = NUMBERS[:-1] + b"\0"
TEN_BITS, EIGHT_BITS = (Property(b"av1C", b"\x81\0" + flags) for flags in (b"\x4c", b"\x0c"))
TEN_BITS_OF_HEVC, EIGHT_BITS_OF_HEVC = (Property(b"hvcC", bytes(17) + depth) for depth in (b"\xfa", b"\xf8"))
SHORT = Property(b"hvcC", bytes(3))


@pytest.mark.parametrize(
    ("numbers", "coded", "is_so"),
    [
        (NUMBERS, TEN_BITS, True),
        (OF_VIDEO, TEN_BITS, True),
        (NUMBERS, EIGHT_BITS, False),
        (IN_RGB, TEN_BITS, False),
        (NUMBERS, TEN_BITS_OF_HEVC, False),
    ],
)
def test_light_that_lost_bits_is_known_to_have(numbers: bytes, coded: Property, is_so: bool) -> None:
    space = color_space([Property(b"colr", numbers), coded])

    assert space
    assert space.is_rounded is is_so


@pytest.mark.parametrize(
    ("coded", "is_so"),
    [(TEN_BITS, True), (EIGHT_BITS, False), (TEN_BITS_OF_HEVC, True), (EIGHT_BITS_OF_HEVC, False), (SHORT, False)],
)
def test_how_many_bits_samples_have_is_how_they_are_coded(coded: Property, is_so: bool) -> None:
    assert has_more_than_8_bits([coded]) is is_so
