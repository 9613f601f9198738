import struct

import pytest

from tests.codecs.bmp.files import ALPHA_32, bmp
from tests.codecs.files import opened
from tests.images import encoded, noise, quadrants


@pytest.mark.parametrize(("colors", "bits"), [(2, 1), (256, 8)])
def test_the_palette_is_told_in_bits(colors: int, bits: int) -> None:
    image = noise(16, 16).convert("1") if colors == 2 else noise(16, 16).quantize(colors)

    assert opened(encoded(image, "bmp"), "bmp").header.palette_bits == bits


def test_what_has_no_palette_has_no_bits_of_one() -> None:
    assert opened(encoded(quadrants(), "bmp"), "bmp").header.palette_bits == 0


def test_alpha_is_told_by_its_mask() -> None:
    masked, plain = (bmp([[0]], 32, version=version, masks=ALPHA_32) for version in (124, 40))

    assert [opened(body, "bmp").header.has_alpha for body in (masked, plain)] == [True, False]


@pytest.mark.parametrize(("kind", "is_read"), [(b"DEBM", True), (b"KNIL", False), (b" niW", False)])
def test_the_profile_in_it_is_that_of_its_colors(kind: bytes, is_read: bool) -> None:
    """One that is somewhere else is not."""
    body, profile = bmp([[0x112233]], 24, version=124), b"a profile" * 20

    told = body[:70] + kind + body[74:126] + struct.pack("<II", len(body) - 14, len(profile)) + body[134:] + profile

    assert opened(told, "bmp").header.profile == (profile if is_read else None)
