"""PNG's filters in the Pillow-SIMD that is built here, against the words of the standard."""

import io
import struct
import zlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

# Pillow's mode, PNG's color type, bytes of a pixel.
KINDS = [("L", 0, 1), ("LA", 4, 2), ("RGB", 2, 3), ("RGBA", 6, 4)]
SIGNATURE = b"\x89PNG\r\n\x1a\n"

KIND = pytest.mark.parametrize(("mode", "color", "step"), KINDS, ids=[kind[0] for kind in KINDS])
# Rows that end at, before and behind a register of sixteen bytes.
WIDTHS = st.integers(1, 40)


def predicted(kind: int, left: int, above: int, corner: int) -> int:
    if kind == 4:
        guess = left + above - corner
        return min((left, above, corner), key=lambda each: abs(guess - each))
    return (0, left, above, (left + above) // 2)[kind]


def neighbors(row: bytes, above: bytes, at: int, step: int) -> tuple[int, int, int]:
    return (row[at - step], above[at], above[at - step]) if at >= step else (0, above[at], 0)


def filtered(row: bytes, above: bytes, kind: int, step: int) -> bytes:
    around = (neighbors(row, above, at, step) for at in range(len(row)))
    return bytes([kind]) + bytes((byte - predicted(kind, *near)) % 256 for byte, near in zip(row, around, strict=True))


def unfiltered(line: bytes, above: bytes, step: int) -> bytes:
    row = bytearray()
    for at, byte in enumerate(line[1:]):
        left, corner = (row[at - step], above[at - step]) if at >= step else (0, 0)
        row.append((byte + predicted(line[0], left, above[at], corner)) % 256)
    return bytes(row)


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(rows: Sequence[bytes], filters: Sequence[int], color: int, step: int, depth: int = 8) -> bytes:
    blank = bytes(len(rows[0]))
    lines = map(filtered, rows, [blank, *rows], filters, [step] * len(rows))
    header = struct.pack(">IIBBBBB", len(rows[0]) // step, len(rows), depth, color, 0, 0, 0)
    data = zlib.compress(b"".join(lines))
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def lines_of(body: bytes, length: int) -> list[bytes]:
    """The filtered rows of a file that Pillow wrote."""
    data, at = b"", len(SIGNATURE)
    while at < len(body):
        (size,) = struct.unpack(">I", body[at : at + 4])
        data += body[at + 8 : at + 8 + size] if body[at + 4 : at + 8] == b"IDAT" else b""
        at += 12 + size
    raw = zlib.decompress(data)
    return [raw[first : first + 1 + length] for first in range(0, len(raw), 1 + length)]


@KIND
@given(data=st.data(), width=WIDTHS, filters=st.lists(st.integers(0, 4), min_size=1, max_size=6))
def test_every_filter_is_taken_off(
    mode: str, color: int, step: int, data: st.DataObject, width: int, filters: list[int]
) -> None:
    length = width * step
    rows = [data.draw(st.binary(min_size=length, max_size=length)) for _ in filters]

    read = Image.open(io.BytesIO(png(rows, filters, color, step)))

    assert read.mode == mode
    assert read.tobytes() == b"".join(rows)


@pytest.mark.parametrize(("color", "step"), [(2, 6), (6, 8)], ids=["RGB", "RGBA"])
@given(data=st.data(), width=WIDTHS, filters=st.lists(st.integers(0, 4), min_size=1, max_size=6))
def test_every_filter_is_taken_off_samples_of_sixteen_bits(
    color: int, step: int, data: st.DataObject, width: int, filters: list[int]
) -> None:
    rows = [data.draw(st.binary(min_size=width * step, max_size=width * step)) for _ in filters]

    read = Image.open(io.BytesIO(png(rows, filters, color, step, depth=16)))

    assert read.tobytes() == b"".join(rows)[::2]


@KIND
@given(data=st.data(), width=WIDTHS, height=st.integers(1, 6))
def test_what_is_written_stands_for_the_pixels(
    mode: str, color: int, step: int, data: st.DataObject, width: int, height: int
) -> None:
    length = width * step
    pixels = data.draw(st.binary(min_size=length * height, max_size=length * height))
    image = Image.frombytes(mode, (width, height), pixels)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")

    rows = [bytes(length)]
    for line in lines_of(buffer.getvalue(), length):
        rows.append(unfiltered(line, rows[-1], step))

    assert b"".join(rows[1:]) == pixels


def test_of_all_filters_that_is_written_which_leaves_the_least() -> None:
    image = Image.linear_gradient("L").resize((37, 29)).rotate(30)
    image = Image.merge("RGB", [image, image.transpose(Image.Transpose.ROTATE_90).resize(image.size), image])
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    data, length = image.tobytes(), 37 * 3
    rows = [bytes(length), *(data[at : at + length] for at in range(0, len(data), length))]

    for above, row, line in zip(rows, rows[1:], lines_of(buffer.getvalue(), length), strict=False):
        least = min(distance(filtered(row, above, kind, 3)) for kind in range(5))
        assert distance(line) == least


def distance(line: bytes) -> int:
    return sum(min(byte, 256 - byte) for byte in line[1:])
