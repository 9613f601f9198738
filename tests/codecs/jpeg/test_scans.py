"""The decoder of progressive scans in the Pillow-SIMD that is built here, against libjpeg's own.

libjpeg's own is Pillow's, whatever is asked of it; whole files and damaged ones, at all sizes.
"""

import io

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from PIL import Image, _imaging

from imgsvc.codecs.jpeg.rows import Scans, progressive_pixels
from tests.codecs.jpeg.test_huffman import DAMAGES, PICTURES, Damage, scan_of
from tests.images import encoded, noise

SHRINKS = st.sampled_from([1, 2, 4, 8])
SOS, EOI = b"\xff\xda", b"\xff\xd9"


@st.composite
def jpegs(draw: st.DrawFn) -> bytes:
    body = io.BytesIO()
    draw(PICTURES).save(
        body,
        "jpeg",
        progressive=True,
        quality=draw(st.sampled_from([1, 20, 75, 95, 100])),
        subsampling=draw(st.integers(0, 2)),
    )
    return body.getvalue()


def scans(body: bytes) -> list[int]:
    """Where each begins, and where the last one ends; no data of a scan looks like a marker."""
    starts = [at for at in range(len(body)) if body[at : at + 2] == SOS]
    return [*starts, len(body) - len(EOI)]


def is_large_enough(body: bytes, shrink: int) -> bool:
    with Image.open(io.BytesIO(body)) as image:
        return min(image.size) >= shrink


def by_libjpeg(body: bytes, shrink: int) -> Image.Image:
    with Image.open(io.BytesIO(body)) as image:
        if shrink > 1:
            image.draft(None, (image.width // shrink, image.height // shrink))
        image.load()
        return image.copy()


def by_ours(body: bytes, shrink: int) -> Image.Image | None:
    with Image.open(io.BytesIO(body)) as image:
        size = (-(-image.width // shrink), -(-image.height // shrink))
        return progressive_pixels(Scans(body, image.mode), shrink, size)


@given(jpegs(), SHRINKS)
def test_every_pixel_is_libjpegs(body: bytes, shrink: int) -> None:
    assume(is_large_enough(body, shrink))

    found, expected = by_ours(body, shrink), by_libjpeg(body, shrink)

    if expected.mode == "CMYK":
        assert found is None
    else:
        assert found is not None
        assert found.tobytes() == expected.tobytes()


@given(jpegs(), DAMAGES, SHRINKS)
@example(encoded(noise(64, 64), "jpeg", progressive=True), Damage(((0.5, 0xFF), (0.51, 0xD9))), 1)
def test_what_is_damaged_is_read_as_libjpeg_reads_it_or_left_to_it(body: bytes, damage: Damage, shrink: int) -> None:
    """At an eighth waves are not looked at, whatever their scans say."""
    assume(shrink < 8 and is_large_enough(body, shrink))
    damaged = damage.done_to(body)

    found = by_ours(damaged, shrink)

    if found:
        assert found.tobytes() == by_libjpeg(damaged, shrink).tobytes()


@given(jpegs(), st.floats(0, 1, exclude_max=True), SHRINKS)
def test_what_is_cut_off_is_left_to_libjpeg(body: bytes, share: float, shrink: int) -> None:
    begin = scan_of(body)

    assert by_ours(body[: begin + int(share * (len(body) - begin))], shrink) is None


@pytest.mark.parametrize(("kept", "is_read"), [(5, False), (9, False), (10, True)])
def test_what_lacks_scans_is_left_to_libjpeg_which_guesses_them(kept: int, is_read: bool) -> None:
    body = encoded(noise(64, 64), "jpeg", progressive=True)

    found = by_ours(body[: scans(body)[kept]] + EOI, 1)

    assert (found is not None) is is_read


def test_whoever_has_left_out_last_bits_says_so() -> None:
    body = encoded(noise(64, 64), "jpeg", progressive=True, quality=95)
    less = body[: scans(body)[9]] + EOI

    assert progressive_pixels(Scans(less, "RGB"), 1, (64, 64)) is None
    assert progressive_pixels(Scans(less, "RGB", is_less=True), 1, (64, 64)) is not None


def test_at_an_eighth_nothing_but_means_is_looked_at() -> None:
    body = encoded(noise(64, 64).convert("L"), "jpeg", progressive=True)
    second = scans(body)[1]
    broken = bytearray(body)
    broken[second + 12 : second + 20] = bytes(8)

    found = by_ours(bytes(broken), 8)

    assert found is not None
    assert found.tobytes() == by_libjpeg(body, 8).tobytes()


@pytest.mark.parametrize(
    "segment",
    [b"\xff\xdd\x00\x04\x00\x10", b"\xff\xdb\x00\x43\x00" + b"\x01" * 64, b"\xff\xcc\x00\x04\x00\x10", b"\0\0"],
    ids=["restarts", "another table of steps", "arithmetic code", "no segment"],
)
def test_what_is_odd_is_left_to_libjpeg(segment: bytes) -> None:
    body = encoded(noise(64, 64), "jpeg", progressive=True)
    at = scans(body)[1]

    assert by_ours(body[:at] + segment + body[at:], 1) is None


@pytest.mark.parametrize(("mode", "shrink", "size"), [("RGB", 1, (63, 64)), ("L", 1, (64, 64)), ("RGB", 2, (64, 64))])
def test_an_image_that_does_not_fit_is_refused(mode: str, shrink: int, size: tuple[int, int]) -> None:
    body = encoded(noise(64, 64), "jpeg", progressive=True)

    assert progressive_pixels(Scans(body, mode), shrink, size) is None


@pytest.mark.parametrize(("mode", "shrink"), [("RGB", 3), ("CMYK", 1), ("RGB", 0)])
def test_neither_are_other_images_and_shares(mode: str, shrink: int) -> None:
    with pytest.raises(ValueError, match="no such picture"):
        _imaging.jpeg_progressive(Image.new(mode, (8, 8)).im, b"", shrink, False)


def test_a_sequential_one_is_left_to_libjpeg() -> None:
    assert by_ours(encoded(noise(64, 64), "jpeg"), 1) is None
