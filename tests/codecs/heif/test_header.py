import struct

import pytest

from imgsvc.codecs.headers.extent import Extent, Survey
from imgsvc.codecs.heif.boxes import BOXES
from imgsvc.codecs.heif.header import ITEMS, UNITS, coded_colors, survey
from imgsvc.codecs.heif.items import Items, items_of
from imgsvc.codecs.heif.tracks import SAMPLES
from imgsvc.errors import ResolutionError, UndecodableImageError
from tests.codecs.files import opened
from tests.codecs.headers.giants import LIMIT, TOO_LARGE, grid, overlay
from tests.codecs.heif.files import table
from tests.images import encoded, quadrants, solid


@pytest.mark.parametrize("word", ["heic", "avif"])
def test_which_of_its_sizes_is_shown_only_the_decoder_knows(word: str) -> None:
    assert survey(encoded(quadrants(64, 64), word), Extent()).size is None


@pytest.mark.parametrize("name", [name for name in TOO_LARGE if name.startswith(("heic", "avif"))])
def test_every_size_is_held_against_the_limit(name: str) -> None:
    with pytest.raises(ResolutionError):
        survey(TOO_LARGE[name][1](), Extent(LIMIT))


def test_boxes_are_bounded() -> None:
    with pytest.raises(UndecodableImageError, match="heif boxes"):
        survey(b"\0\0\0\x08free" * (BOXES.most + 1), Extent())


def test_a_box_that_ends_before_it_begins_ends_the_walk() -> None:
    survey(b"\0\0\0\x02ispe" * 9, Extent())


@pytest.mark.parametrize(
    ("body", "bound"),
    [(grid(64, columns=45), "heif tiles"), (overlay(64, layers=17), "heif layers")],
    ids=["grid", "overlay"],
)
def test_what_is_made_of_others_is_bounded(body: bytes, bound: str) -> None:
    with pytest.raises(UndecodableImageError, match=bound):
        survey(body, Extent())


@pytest.mark.parametrize("body", [grid(64, columns=44), overlay(64, layers=16)], ids=["grid", "overlay"])
def test_what_is_made_of_few_others_passes(body: bytes) -> None:
    assert survey(body, Extent()) == Survey()


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def located(items: int, parts: int) -> bytes:
    """A box that says of so many items that they lie in so many parts, each of them the whole file."""
    return box(b"iloc", struct.pack(">IHH", 0, 0, items) + struct.pack(">HHH", 1, 0, parts) * items)


@pytest.mark.parametrize(
    ("items", "parts", "bound"),
    [(ITEMS.most + 1, 1, "heif items"), (2, 65_000, "heif boxes"), (2000, 11, "heif boxes")],
)
def test_items_and_their_parts_are_bounded(items: int, parts: int, bound: str) -> None:
    """A part may take no byte of the box that lists it."""
    with pytest.raises(UndecodableImageError, match=bound):
        survey(located(items, parts), Extent())


def test_units_of_coded_pictures_are_counted_with_the_boxes() -> None:
    units = b"\x7a\0" * BOXES.most

    with pytest.raises(UndecodableImageError, match="heif boxes"):
        survey(box(b"av1C", bytes(4) + units), Extent())


def test_samples_of_all_tracks_are_counted_though_they_lie_beyond_the_end() -> None:
    one = table([], [1 << 30], [(1, SAMPLES.most)], same=1, count=SAMPLES.most)

    with pytest.raises(UndecodableImageError, match="heif units"):
        survey(box(b"moov", one * (UNITS.most // SAMPLES.most + 1)), Extent())


_SRGB, _P3 = bytes((1, 13, 6)), bytes((12, 13, 6))


def _avif(numbers: bytes = _SRGB) -> bytes:
    """One whose file says nothing of its colors, and whose coded picture says these numbers."""
    body = encoded(solid(16, 16, (200, 64, 100)), "AVIF").replace(b"colr", b"free")
    bits = f"{int.from_bytes(body):0{8 * len(body)}b}"
    before, said, behind = bits.rpartition("1" + "".join(f"{number:08b}" for number in _SRGB))
    changed = before + said[0] + "".join(f"{number:08b}" for number in numbers) + behind
    return int(changed, 2).to_bytes(len(body))


@pytest.mark.parametrize("numbers", [_SRGB, _P3])
def test_what_the_file_leaves_out_the_coded_picture_says(numbers: bytes) -> None:
    (found,) = coded_colors(_avif(numbers), items_of(_avif(numbers)))

    assert found.content[5:10:2] == numbers


def test_what_the_file_says_is_not_looked_for() -> None:
    body = encoded(solid(16, 16), "AVIF")

    assert coded_colors(body, items_of(body)) == []


@pytest.mark.parametrize("body", [b"", _avif()[:200], _avif().replace(b"iloc", b"free")])
def test_what_is_cut_off_says_nothing(body: bytes) -> None:
    assert coded_colors(body, items_of(body)) == []
    assert coded_colors(body, Items()) == []


def test_an_avif_is_shown_by_them() -> None:
    """As Chromium 156 does."""
    assert opened(_avif(), "avif").header.color_space != opened(_avif(_P3), "avif").header.color_space
