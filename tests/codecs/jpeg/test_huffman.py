"""The Huffman decoder of the Pillow-SIMD that is built here, against libjpeg's own.

libjpeg's own decodes what has restart markers, which a file may announce and then be too small to have.
"""

import io
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.images import noise

SCAN = b"\xff\xda"
END = b"\xff\xd9"
# After as many units as no picture here has.
RESTARTS = b"\xff\xdd\x00\x04\xff\xff"
AT_ONCE = 1 << 20


def stripes(width: int, height: int, seed: int) -> Image.Image:
    return noise(width // 8 + 1, 1, seed=seed).resize((width, height), Image.Resampling.NEAREST)


def clouds(width: int, height: int, seed: int) -> Image.Image:
    return noise(width // 16 + 2, height // 16 + 2, seed=seed).resize((width, height), Image.Resampling.BICUBIC)


def scan_of(source: bytes) -> int:
    """Where the coefficients begin."""
    at = source.index(SCAN) + len(SCAN)
    return at + int.from_bytes(source[at : at + 2])


@dataclass(frozen=True)
class Damage:
    """Bytes of the scan by their place, as a share of it, and what becomes of them."""

    changes: tuple[tuple[float, int], ...]

    def done_to(self, source: bytes) -> bytes:
        damaged, start = bytearray(source), scan_of(source)
        for place, byte in self.changes:
            damaged[start + int(place * (len(source) - start))] = byte
        return bytes(damaged)


SIZES = st.integers(1, 80)
PICTURES = st.builds(
    lambda make, width, height, seed, mode: make(width, height, seed=seed).convert(mode),
    st.sampled_from([noise, stripes, clouds]),
    SIZES,
    SIZES,
    st.integers(0, 1000),
    st.sampled_from(["RGB", "L", "CMYK"]),
)
SHARES = st.floats(0, 1, exclude_max=True)
# Bytes that mean something in a scan, more often than others.
BYTES = st.one_of(st.sampled_from([0x00, 0xFF, 0xD0, 0xD9]), st.integers(0, 255))
DAMAGES = st.lists(st.tuples(SHARES, BYTES), max_size=8).map(tuple).map(Damage)


@st.composite
def jpegs(draw: st.DrawFn) -> bytes:
    body = io.BytesIO()
    draw(PICTURES).save(
        body,
        "jpeg",
        quality=draw(st.sampled_from([1, 20, 75, 95, 100])),
        subsampling=draw(st.integers(0, 2)),
        optimize=draw(st.booleans()),
    )
    return body.getvalue()


def for_libjpeg(source: bytes) -> bytes:
    return source.replace(SCAN, RESTARTS + SCAN, 1)


def decoded(source: bytes, shrink: int = 1, piece: int = AT_ONCE) -> tuple[str, tuple[int, int], bytes] | None:
    """Pixels, or None where too much is missing."""
    with Image.open(io.BytesIO(source)) as image:
        image.draft(image.mode, (max(1, image.width // shrink), max(1, image.height // shrink)))
        image.decodermaxblock = piece
        try:
            image.load()
        except OSError:
            return None
        return image.mode, image.size, image.tobytes()


@given(jpegs(), st.sampled_from([1, 2, 4, 8]))
def test_what_is_whole_is_decoded_as_by_libjpeg(source, shrink):
    assert decoded(source, shrink) == decoded(for_libjpeg(source), shrink)


@given(jpegs(), DAMAGES)
def test_what_is_damaged_is_decoded_as_by_libjpeg(source, damage):
    damaged = damage.done_to(source) + END

    assert decoded(damaged) == decoded(for_libjpeg(damaged))


@given(jpegs(), DAMAGES, SHARES)
def test_of_what_is_cut_off_no_less_is_decoded_than_by_libjpeg(source, damage, share):
    damaged = damage.done_to(source)
    start = scan_of(damaged)
    cut = damaged[: start + int(share * (len(damaged) - start))]
    expected = decoded(for_libjpeg(cut))

    assert expected is None or decoded(cut) == expected


@given(jpegs(), DAMAGES, st.sampled_from([1, 7, 50, 600]))
def test_it_does_not_matter_in_what_pieces_a_file_comes(source, damage, piece):
    damaged = damage.done_to(source) + END
    whole = decoded(damaged)

    assert whole is None or decoded(damaged, piece=piece) == whole


@pytest.mark.parametrize("width", [3, 9, 20])
def test_a_file_lacks_nothing_that_lacks_its_end_marker_alone(width):
    body = io.BytesIO()
    noise(width, 20).save(body, "jpeg", quality=75)
    source = body.getvalue()

    assert decoded(source.removesuffix(END)) == decoded(source)


def test_a_block_that_ends_with_its_last_coefficient_has_no_end_of_its_own():
    body = io.BytesIO()
    noise(640, 640).save(body, "jpeg", quality=100, subsampling=0)

    assert decoded(body.getvalue()) == decoded(for_libjpeg(body.getvalue()))
