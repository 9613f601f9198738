import pytest

from imgsvc.codecs.heif.coded import coded_colors
from imgsvc.codecs.heif.items import Items, items_of
from tests.codecs.files import opened
from tests.images import encoded, solid

SRGB, P3 = bytes((1, 13, 6)), bytes((12, 13, 6))


def avif(numbers: bytes = SRGB) -> bytes:
    """One whose file says nothing of its colors, and whose coded picture says these numbers."""
    body = encoded(solid(16, 16, (200, 64, 100)), "AVIF").replace(b"colr", b"free")
    bits = f"{int.from_bytes(body):0{8 * len(body)}b}"
    before, said, behind = bits.rpartition("1" + "".join(f"{number:08b}" for number in SRGB))
    changed = before + said[0] + "".join(f"{number:08b}" for number in numbers) + behind
    return int(changed, 2).to_bytes(len(body))


@pytest.mark.parametrize("numbers", [SRGB, P3])
def test_what_the_file_leaves_out_the_coded_picture_says(numbers: bytes) -> None:
    (found,) = coded_colors(avif(numbers), items_of(avif(numbers)))

    assert found.content[5:10:2] == numbers


def test_what_the_file_says_is_not_looked_for() -> None:
    body = encoded(solid(16, 16), "AVIF")

    assert coded_colors(body, items_of(body)) == []


@pytest.mark.parametrize("body", [b"", avif()[:200], avif().replace(b"iloc", b"free")])
def test_what_is_cut_off_says_nothing(body: bytes) -> None:
    assert coded_colors(body, items_of(body)) == []
    assert coded_colors(body, Items()) == []


def test_an_avif_is_shown_by_them() -> None:
    """As Chromium 156 does."""
    assert opened(avif(), "avif").header.color_space != opened(avif(P3), "avif").header.color_space
