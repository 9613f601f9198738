"""The patch's LZW, against libtiff's."""

from typing import Any

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.codecs.tiff.layout import layout_of
from imgsvc.codecs.tiff.libtiff import LibTiff
from imgsvc.codecs.tiff.lzw import lzw_of
from imgsvc.codecs.tiff.parts import Parts
from tests.codecs.tiff.files import Layout, Samples, tiff_file
from tests.images import encoded, noise, quadrants

LZW, DIFFERENCES, MIDDLE = 5, 2, 200


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


def file_of(samples: Samples, **changes: Any) -> bytes:
    return tiff_file(samples, Layout(compression=LZW, compress=packed, **changes))


def differences(row: Samples) -> Samples:
    return numpy.diff(row, axis=0, prepend=numpy.zeros_like(row[:1]))


def first_part(body: bytes) -> tuple[bytes, bytes] | None:
    """As unpacked here, if it is, and by libtiff."""
    tiff = LibTiff(body)
    layout = layout_of(tiff)
    row = layout.part.width * (1 if layout.in_planes else layout.samples) * layout.bits // 8
    ours, theirs = (numpy.zeros((layout.part.height, row), numpy.uint8) for _ in range(2))
    lzw = lzw_of(body, tiff, layout)
    read = tiff.read_tile if tiff.is_tiled else tiff.read_strip
    if not lzw or not lzw.unpack(0, ours) or read(0, theirs) != theirs.nbytes:
        return None
    return ours.tobytes(), theirs.tobytes()


@pytest.mark.parametrize("places", [{}, {"rows": 30}, {"tile": 16}, {"in_planes": True}])
@pytest.mark.parametrize("tags", [{}, {317: ("H", [DIFFERENCES])}])
@pytest.mark.parametrize("count", [1, 3, 4])
def test_a_part_is_unpacked_as_libtiff_does(places: dict[str, Any], tags: dict[int, Any], count: int) -> None:
    samples = numpy.frombuffer(noise(40, 40, "RGBA").tobytes(), numpy.uint8).reshape(40, 40, 4)[..., :count]
    extra = {338: ("H", [2])} if count == 4 else {}
    predict = {"predict": differences} if tags else {}

    found = first_part(file_of(samples, photometric=1 if count == 1 else 2, tags=tags | extra, **places, **predict))

    assert found is not None
    assert found[0] == found[1]


@pytest.mark.parametrize("image", [noise(300, 90), quadrants(300, 90), noise(7, 900, "L")])
def test_what_libtiff_packs_is_unpacked(image: Any) -> None:
    tiff = LibTiff(body := encoded(image, "tiff", compression="tiff_lzw"))

    found = list(Parts(body, tiff, layout := layout_of(tiff)))

    assert lzw_of(body, tiff, layout) is not None
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

    assert lzw_of(body, tiff, layout_of(tiff)) is None


def test_a_part_that_lies_beyond_the_file_is_not_there() -> None:
    body = file_of(numpy.zeros((5, 5, 3), numpy.uint8), tags={279: ("I", [100_000])})
    tiff = LibTiff(body)

    lzw = lzw_of(body, tiff, layout_of(tiff))

    assert lzw is not None
    assert not lzw.unpack(0, numpy.zeros((5, 15), numpy.uint8))
