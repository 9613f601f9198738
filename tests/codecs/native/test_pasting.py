"""PasteRows.h of requirements/pillow-simd.patch: by a mask, each level is that of Pillow's own formula."""

import numpy as np
import pytest
from PIL import Image

from tests.images import noise

Levels = np.ndarray
WIDTHS = [1, 3, 4, 5, 8, 257]


def mixed(below: Levels, above: Levels, mask: Levels) -> Levels:
    """Pillow's BLEND: the 255th part, rounded."""
    total = below * (255 - mask) + above * mask + 128
    found: Levels = (total + (total >> 8)) >> 8
    return found


def levels(image: Image.Image) -> Levels:
    return np.asarray(image, np.int64)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "CMYK"])
def test_a_picture_by_a_mask_of_levels(mode: str, width: int) -> None:
    below, above, mask = noise(width, 300, mode), noise(width, 300, mode).rotate(180), noise(width, 300, "L")
    found = below.copy()

    found.paste(above, (0, 0), mask)

    assert np.array_equal(levels(found), mixed(levels(below), levels(above), levels(mask)[..., None]))


@pytest.mark.parametrize("width", WIDTHS)
def test_a_picture_by_its_own_alpha(width: int) -> None:
    below, above = noise(width, 300), noise(width, 300, "RGBA").rotate(180)
    above.putalpha(noise(width, 300, "L"))
    found = below.copy()

    found.paste(above, (0, 0), above)

    wanted = mixed(levels(below), levels(above)[..., :3], levels(above)[..., 3:])
    assert np.array_equal(levels(found), wanted)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_color_by_a_mask(width: int) -> None:
    below, mask = noise(width, 300), noise(width, 300, "L")
    found = below.copy()

    found.paste((250, 100, 3), (0, 0), mask)

    assert np.array_equal(levels(found), mixed(levels(below), np.array([250, 100, 3]), levels(mask)[..., None]))


def test_a_part_lies_where_it_was_put_and_nothing_beside_it_changes() -> None:
    below, above, mask = noise(40, 9), Image.new("RGB", (13, 5)), Image.new("L", (13, 5), 255)
    found = below.copy()

    found.paste(above, (31, -2), mask)

    wanted = levels(below).copy()
    wanted[:3, 31:] = 0
    assert np.array_equal(levels(found), wanted)


def test_a_picture_on_itself_is_read_where_it_was_written() -> None:
    image, mask = noise(50, 1), Image.new("L", (50, 1), 255)
    first = image.getpixel((0, 0))

    image.paste(image, (1, 0), mask)

    assert {image.getpixel((x, 0)) for x in range(50)} == {first}
