import struct

import pytest

from imgsvc.codecs.heif.items import items_of
from imgsvc.codecs.heif.thumbnails import Thumbnail, first_thumbnail, thumbnails, with_primary
from imgsvc.options.geometry import Size
from tests.codecs.heif.files import Item, avif, irot


def sized(width: int, height: int, *more: tuple[bytes, bytes]) -> Item:
    return Item(b"", ((b"ispe", bytes(4) + struct.pack(">II", width, height)), *more))


LARGE, SMALL = sized(400, 200), sized(40, 20)
PROFILE, NUMBERS, OTHER_NUMBERS = (
    (b"colr", b"prof!"),
    (b"colr", b"nclx\0\1\0\2\0\6\x80"),
    (b"colr", b"nclx\0\1\0\2\0\1\0"),
)
ALPHA = b"auxC", bytes(4) + b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0"
DEPTH = b"auxC", bytes(4) + b"urn:mpeg:hevc:2015:auxid:2\0"


def found(*items: Item, references: tuple[tuple[bytes, int, int], ...] = ((b"thmb", 2, 1),)) -> tuple[Thumbnail, ...]:
    return thumbnails(items_of(avif(*items, references=references)))


@pytest.mark.parametrize(
    ("large", "small"),
    [
        pytest.param(LARGE, SMALL, id="plain"),
        pytest.param(LARGE.said(irot(1)), SMALL.said(irot(1)), id="turned alike"),
        pytest.param(LARGE.said(PROFILE), SMALL.said(PROFILE), id="of the same colors"),
        pytest.param(LARGE.said(PROFILE), SMALL, id="that says no colors"),
        pytest.param(LARGE.said(NUMBERS), SMALL.said(OTHER_NUMBERS), id="whose numbers differ in what decoders undo"),
    ],
)
def test_a_copy_stands_in(large: Item, small: Item) -> None:
    assert found(large, small) == (Thumbnail(2, Size(40, 20)),)


@pytest.mark.parametrize(
    ("large", "small"),
    [
        pytest.param(LARGE, LARGE, id="no smaller"),
        pytest.param(LARGE.said(irot(1)), SMALL, id="turned otherwise"),
        pytest.param(LARGE, sized(40, 30), id="of another shape"),
        pytest.param(LARGE, SMALL.said(PROFILE), id="of other colors"),
        pytest.param(LARGE, Item(b"", ()), id="of no size"),
        pytest.param(Item(b"", ()), SMALL, id="of a picture of no size"),
    ],
)
def test_what_is_no_copy_does_not(large: Item, small: Item) -> None:
    assert found(large, small) == ()


@pytest.mark.parametrize(("kind", "count"), [(ALPHA, 0), (DEPTH, 1)])
def test_a_picture_with_alpha_has_no_copy_but_one_with_depth_has(kind: tuple[bytes, bytes], count: int) -> None:
    references = ((b"thmb", 2, 1), (b"auxl", 3, 1))

    assert len(found(LARGE, SMALL, LARGE.said(kind), references=references)) == count


def test_the_first_thumbnail_may_be_anything() -> None:
    items = items_of(avif(LARGE, LARGE, SMALL, references=[(b"thmb", 2, 1), (b"thmb", 3, 1)]))

    assert first_thumbnail(items) == 2
    assert first_thumbnail(items_of(avif(LARGE))) is None


def test_a_picture_that_is_made_of_others_has_the_colors_of_the_first() -> None:
    tile, made = sized(40, 20, PROFILE), Item(b"", LARGE.properties, b"grid")
    references = [(b"thmb", 3, 1), (b"dimg", 1, 2)]

    assert len(thumbnails(items_of(avif(made, tile, SMALL.said(PROFILE), references=references)))) == 1


def test_another_item_is_shown_and_is_nobodys_thumbnail_then() -> None:
    body = avif(LARGE, SMALL, references=[(b"thmb", 2, 1)])

    shown = with_primary(body, 2)

    assert len(shown) == len(body)
    assert (items_of(shown).primary, first_thumbnail(items_of(shown))) == (2, None)
