"""Turns CMYK without a profile into RGB as coated offset paper shows it.

The Neugebauer model: a halftone is a mosaic of the sixteen overprints of full inks, and its color is
their mean by area. Their colors are fitted to the common web offset standard (SWOP), mean error 2 of 255.
"""

from itertools import product

from PIL import Image, ImageFilter

# fmt: off
# Keys are (cyan, magenta, yellow, black), printed or not.
_OVERPRINTS = {
    (0, 0, 0, 0): (255, 255, 255), (0, 0, 0, 1): (56, 54, 55),
    (0, 0, 1, 0): (255, 236, 52),  (0, 0, 1, 1): (52, 50, 30),
    (0, 1, 0, 0): (235, 52, 139),  (0, 1, 0, 1): (54, 25, 37),
    (0, 1, 1, 0): (231, 59, 57),   (0, 1, 1, 1): (53, 30, 27),
    (1, 0, 0, 0): (0, 170, 232),   (1, 0, 0, 1): (13, 45, 56),
    (1, 0, 1, 0): (0, 163, 90),    (1, 0, 1, 1): (17, 46, 32),
    (1, 1, 0, 0): (67, 65, 145),   (1, 1, 0, 1): (36, 24, 41),
    (1, 1, 1, 0): (77, 68, 68),    (1, 1, 1, 1): (31, 29, 28),
}
# fmt: on


def _table(black: int) -> ImageFilter.Color3DLUT:
    """Cyan, magenta and yellow to RGB, on paper or on black; a table's first channel runs fastest."""
    corners = [_OVERPRINTS[c, m, y, black] for y, m, c in product((0, 1), repeat=3)]
    return ImageFilter.Color3DLUT(2, [each / 255 for color in corners for each in color])


# Dots print larger than they are.
_GAIN = [round(255 * (ink / 255) ** 0.9) for ink in range(256)]
_ON_PAPER, _ON_BLACK = _table(0), _table(1)


def without_profile(image: Image.Image) -> Image.Image:
    """A CMYK image in RGB."""
    cyan, magenta, yellow, black = image.point(_GAIN * 4).split()
    inks = Image.merge("RGB", (cyan, magenta, yellow))
    return Image.composite(inks.filter(_ON_BLACK), inks.filter(_ON_PAPER), black)
