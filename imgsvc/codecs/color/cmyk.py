"""Turns CMYK without a profile into RGB as coated offset paper shows it.

The cellular Neugebauer model: a halftone is a mosaic of the overprints of its inks, each at none, half or all of its
coverage, and its color is their mean by area. COMPAT: their colors are fitted to what imgproxy answers: over all
mixtures of 17 steps an ink the mean error is 1.4 of 255; 95 of 100 values are within 4, all within 33.
`python -m tests.codecs.color.fitting` fits them.
"""

from PIL import Image, ImageFilter

# A row for each coverage of yellow, a group for each of magenta, a color for each of cyan.
# Some are beyond what RGB can show.
_PAPER = """
 255 255 255  104 188 232 -113 155 224   234 139 177  142 124 176   -5 102 168   227  38 132  140  43 127   55  38 124
 250 234 142  122 185 146  -75 148 144   237 139 120  141 119 118    6  99 118   226  40  93  139  45  94   56  40  91
 255 231   5  130 179  54  -52 143  64   238 135  42  143 116  53   15  96  59   227  39  44  137  45  52   56  41  55
"""
_GRAY = """
 139 138 139   85 121 139  -44  99 134   140  98 118   95  87 113    8  70 109   138  36  91   95  35  88   41  32  86
 144 139  99   88 116  97  -26  96  96   140  95  84   96  84  83   14  68  82   137  38  68   93  36  67   39  31  65
 144 134  36   92 114  44  -12  94  51   140  91  39   96  82  44   19  65  48   137  38  42   93  36  44   40  33  45
"""
_BLACK = """
  41  38  43   33  37  44   24  33  44    43  33  42   32  31  40   25  27  40    42  23  38   32  25  38   24  24  37
  41  38  38   31  35  39   25  32  40    41  30  37   34  32  40   28  28  38    38  22  35   32  26  38   29  30  40
  43  38  36   33  36  38   26  29  37    42  31  38   32  30  38   29  28  38    44  27  39   30  24  37   30  32  42
"""
_ON_PAPER, _ON_GRAY, _ON_BLACK = (
    ImageFilter.Color3DLUT(3, [int(each) / 255 for each in colors.split()]) for colors in (_PAPER, _GRAY, _BLACK)
)
# How much of a halftone's area is the table after the first, and after the second.
_TO_GRAY = [min(255, 2 * ink) for ink in range(256)]
_TO_BLACK = [max(0, 2 * ink - 255) for ink in range(256)]


def without_profile(image: Image.Image) -> Image.Image:
    """A CMYK image in RGB."""
    cyan, magenta, yellow, black = image.split()
    inks = Image.merge("RGB", (cyan, magenta, yellow))
    shown = Image.composite(inks.filter(_ON_GRAY), inks.filter(_ON_PAPER), black.point(_TO_GRAY))
    if any(black.histogram()[129:]):
        shown.paste(inks.filter(_ON_BLACK), mask=black.point(_TO_BLACK))
    return shown
