import pytest

from imgsvc.codecs.heif.boxes import find, inner
from imgsvc.codecs.heif.items import items_of
from imgsvc.codecs.heif.repair import repaired
from tests.codecs.heif.files import Item, avif, irot

ITEMS = [Item(b"one", ((b"ispe", b"1"),)), Item(b"two", ((b"ispe", b"2"), irot(1))), Item(b"three", ((b"ispe", b"3"),))]


@pytest.mark.parametrize("count", [2, 3])
def test_properties_of_items_come_to_stand_in_one_box(count: int) -> None:
    body = avif(*ITEMS, association_boxes=count)

    mended = repaired(body)

    around = find(mended, (b"meta", b"iprp"))
    assert around
    assert [each.kind for each in inner(mended, around)] == [b"ipco", b"ipma"]
    assert items_of(mended).properties == items_of(body).properties


def test_no_byte_moves_that_is_referred_to() -> None:
    body = avif(*ITEMS, association_boxes=2)

    mended = repaired(body)

    assert (len(mended), mended.index(b"onetwothree")) == (len(body), body.index(b"onetwothree"))


@pytest.mark.parametrize("brands", [(b"avif", b"mif1"), (b"mif1", b"avif"), (b"avis", b"msf1")])
def test_what_libavif_reads_stays_as_it_is(brands: tuple[bytes, ...]) -> None:
    body = avif(*ITEMS, brands=brands)

    assert repaired(body) is body


@pytest.mark.parametrize("brands", [(b"mif1", b"miaf"), (b"mif1",), (b"msf1", b"MA1B")])
def test_a_file_gets_the_brand_that_libavif_asks_for(brands: tuple[bytes, ...]) -> None:
    body = avif(*ITEMS, brands=brands)

    assert repaired(body) == body[:8] + b"avif" + body[12:]


def test_a_beginning_that_says_to_be_longer_than_the_file_costs_nothing() -> None:
    body = b"\xff\xff\xff\xff" + avif(*ITEMS, brands=(b"mif1",))[4:]

    assert len(repaired(body)) == len(body)
