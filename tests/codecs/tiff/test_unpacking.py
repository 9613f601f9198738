"""What is unpacked here, against what libtiff makes of it."""

import zlib
from typing import Any

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import _imaging

from imgsvc.codecs.tiff.layout import layout_of
from imgsvc.codecs.tiff.libtiff import LibTiff
from imgsvc.codecs.tiff.parts import Parts
from imgsvc.codecs.tiff.unpacking import Unpacker
from tests.codecs.tiff.files import Layout, Samples, tiff_file
from tests.images import encoded, noise, quadrants

LZW, DIFFERENCES = 5, 2


def packed(data: bytes, _: int = 0) -> bytes:
    """TIFF's form of LZW, whose codes grow one code sooner than GIF's."""
    value, length, size, string = 256, 9, 9, b""
    fresh = {bytes([byte]): byte for byte in range(256)} | {b"clear": 256, b"end": 257}
    known = dict(fresh)
    for at in range(len(data)):
        longer = string + data[at : at + 1]
        if longer in known:
            string = longer
            continue
        value, length = value << size | known[string], length + size
        known[longer] = len(known)
        size += len(known) + 1 > 1 << size
        if len(known) == 4094:
            value, length, known, size = value << 12 | 256, length + 12, dict(fresh), 9
        string = data[at : at + 1]
    value, length = value << size | known[string], length + size
    return (value << -length % 8).to_bytes(-(-length // 8), "big")


def deflated(data: bytes, _: int = 0) -> bytes:
    return zlib.compress(data)


def file_of(samples: Samples, **changes: Any) -> bytes:
    return tiff_file(samples, Layout(compression=LZW, compress=packed, **changes))


def differences(row: Samples) -> Samples:
    return numpy.diff(row, axis=-2, prepend=numpy.zeros_like(row[..., :1, :]))


def first_part(body: bytes) -> tuple[bytes, bytes] | None:
    """As unpacked here, and by libtiff; None if it is damaged."""
    theirs, tiff = LibTiff(body), LibTiff(body)
    layout = layout_of(tiff)
    row = layout.part.width * (1 if layout.in_planes else layout.samples) * layout.bits // 8
    found, expected = (numpy.zeros((layout.part.height, row), numpy.uint8) for _ in range(2))
    unpacker = Unpacker(body, tiff, layout)
    unpack, read = (unpacker.tile, theirs.read_tile) if tiff.is_tiled else (unpacker.strip, theirs.read_strip)
    if not unpack(0, found) or read(0, expected) != expected.nbytes:
        return None
    return found.tobytes(), expected.tobytes()


@pytest.mark.parametrize("places", [{}, {"rows": 30}, {"tile": 16}, {"in_planes": True}])
@pytest.mark.parametrize("tags", [{}, {317: ("H", [DIFFERENCES])}])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
@pytest.mark.parametrize(
    "packing", [{"compression": LZW, "compress": packed}, {"compression": 8, "compress": deflated}]
)
def test_a_part_is_unpacked_as_libtiff_does(
    places: dict[str, Any], tags: dict[int, Any], count: int, packing: dict[str, Any]
) -> None:
    samples = numpy.frombuffer(noise(60, 40, "RGBA").tobytes(), numpy.uint8).reshape(40, -1, count)
    extra = {338: ("H", [2] * (count - (1 if count < 3 else 3)))} if count not in (1, 3) else {}
    predict = {"predict": differences} if tags else {}
    photometric = 1 if count < 3 else 2
    body = tiff_file(samples, Layout(photometric=photometric, tags=tags | extra, **packing, **places, **predict))

    found = first_part(body)

    assert found is not None
    assert found[0] == found[1]


@pytest.mark.parametrize("width", range(1, 40))
@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_differences_add_up_in_rows_of_any_length(width: int, count: int) -> None:
    samples = numpy.frombuffer(noise(width, 4, "RGBA").tobytes(), numpy.uint8).reshape(4, width, 4)[..., :count]
    rows = numpy.concatenate([differences(row).reshape(1, -1) for row in samples])

    _imaging.sum_rows(rows, rows.shape[1], count)

    assert rows.tobytes() == samples.tobytes()


@pytest.mark.parametrize("places", [{"rows": 40}, {"tile": 16}])
def test_a_file_is_unpacked_again_from_the_same_handle(places: dict[str, Any]) -> None:
    samples = numpy.frombuffer(noise(40, 40).tobytes(), numpy.uint8).reshape(40, 40, 3)
    body = file_of(samples, tags={317: ("H", [DIFFERENCES])}, predict=differences, **places)
    tiff = LibTiff(body)
    layout = layout_of(tiff)

    first, second = ([part.samples.tobytes() for part in Parts(body, tiff, layout)] for _ in range(2))

    assert first == second


def test_rows_of_a_strip_that_ends_early_are_summed_as_well() -> None:
    samples = numpy.frombuffer(noise(40, 40).tobytes(), numpy.uint8).reshape(40, 40, 3)
    tags = {317: ("H", [DIFFERENCES]), 279: ("I", [3000])}
    tiff = LibTiff(body := file_of(samples, rows=40, tags=tags, predict=differences))

    found = b"".join(part.samples.tobytes() for part in Parts(body, tiff, layout_of(tiff)))

    assert 10 * 40 * 3 < len(found) < samples.nbytes
    assert samples.tobytes().startswith(found)


@pytest.mark.parametrize("image", [noise(300, 90), quadrants(300, 90), noise(7, 900, "L")])
def test_what_libtiff_packs_is_unpacked(image: Any) -> None:
    tiff = LibTiff(body := encoded(image, "tiff", compression="tiff_lzw"))

    found = list(Parts(body, tiff, layout := layout_of(tiff)))

    assert Unpacker(body, tiff, layout).unpacks_lzw
    assert b"".join(part.samples.tobytes() for part in found) == image.tobytes()


@given(places=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=4))
def test_what_is_damaged_comes_as_libtiff_has_it_or_not_at_all(places: list[tuple[int, int]]) -> None:
    body = bytearray(file_of(numpy.frombuffer(noise(40, 30).tobytes(), numpy.uint8).reshape(30, 40, 3), rows=30))
    for at, byte in places:
        body[8 + at % 3000] = byte

    found = first_part(bytes(body))

    assert found is None or found[0] == found[1]


@pytest.mark.parametrize(
    "changes",
    [
        {"compression": 1},
        {"tags": {317: ("H", [3])}},
        {"bits": 16, "tags": {317: ("H", [DIFFERENCES])}},
        {"fill_order": 2},
    ],
)
def test_what_is_packed_in_another_way_is_left_to_libtiff(changes: dict[str, Any]) -> None:
    kind = numpy.uint16 if changes.get("bits") == 16 else numpy.uint8
    body = tiff_file(numpy.zeros((5, 5, 3), kind), Layout(**{"compression": LZW, **changes}))
    tiff = LibTiff(body)

    assert not Unpacker(body, tiff, layout_of(tiff)).unpacks_lzw


def test_a_part_that_lies_beyond_the_file_is_not_there() -> None:
    body = file_of(numpy.zeros((5, 5, 3), numpy.uint8), tags={279: ("I", [100_000])})
    tiff = LibTiff(body)

    unpacker = Unpacker(body, tiff, layout_of(tiff))

    assert not unpacker.strip(0, numpy.zeros((5, 15), numpy.uint8))
