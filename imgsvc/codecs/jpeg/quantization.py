"""The published tables by which JPEG may be quantized, and what a quality makes of them.

The numbers up to 8 are those that mozjpeg's `quant_table` selects; each row is one of the block's, low frequencies
first. 9 is imgsvc's own.
"""

from collections.abc import Mapping

_ROBIDOUX = """
16 16 16 18 25 37 56 85  16 17 20 27 34 40 53 75  16 20 24 31 43 62 91 135  18 27 31 40 53 74 106 156
25 34 43 53 69 94 131 189  37 40 62 74 94 124 169 238  56 53 91 106 131 169 226 311  85 75 135 156 189 238 311 418"""
_KLEIN = """
10 12 14 19 26 38 57 86  12 18 21 28 35 41 54 76  14 21 25 32 44 63 92 136  19 28 32 41 54 75 107 157
26 35 44 54 70 95 132 190  38 41 63 75 95 125 170 239  57 54 92 107 132 170 227 312  86 76 136 157 190 239 312 419"""
_WATSON = """
7 8 10 14 23 44 95 241  8 8 11 15 25 47 102 255  10 11 13 19 31 58 127 255  14 15 19 27 44 83 181 255
23 25 31 44 72 136 255 255  44 47 58 83 136 255 255 255  95 102 127 181 255 255 255 255
241 255 255 255 255 255 255 255"""
_AHUMADA = """
15 11 11 12 15 19 25 32  11 13 10 10 12 15 19 24  11 10 14 14 16 18 22 27  12 10 14 18 21 24 28 33
15 12 16 21 26 31 36 42  19 15 18 24 31 38 45 53  25 19 22 28 36 45 55 65  32 24 27 33 42 53 65 77"""
_PETERSON = """
14 10 11 14 19 25 34 45  10 11 11 12 15 20 26 33  11 11 15 18 21 25 31 38  14 12 18 24 28 33 39 47
19 15 21 28 36 43 51 59  25 20 25 33 43 54 64 74  34 26 31 39 51 64 77 91  45 33 38 47 59 74 91 108"""
# imgsvc's own, for pictures that keep all of their color's resolution: what that takes is saved on coarse steps of
# color, and on waves of little more than half a step, which looks better at as many bytes (docs/performance.md). A step
# for each diagonal; at one quality it is about as many bytes as the standard's tables with half of the resolution.
_OWN_LIGHT = (11, 14, 22, 25, 29, 31, 33, 36, 38, 41, 42, 46, 48, 50, 52)
_OWN_COLOR = (29, 38, 62, 62, 65, 66, 71, 78, 78, 78, 78, 81, 88, 553, 553)
# The one that wants all of the color's resolution.
FULL_COLOR = 9


def _by_diagonals(steps: tuple[int, ...]) -> str:
    return " ".join(str(steps[x + y]) for y in range(8) for x in range(8))


# For lightness and for color; 0, the standard's own, is libjpeg's.
_TABLES: Mapping[int, tuple[str, str]] = {
    1: ("16 " * 64, "16 " * 64),
    2: (
        """
12 17 20 21 30 34 56 63  18 20 20 26 28 51 61 55  19 20 21 26 33 58 69 55  26 26 26 30 46 87 86 66
31 33 36 40 46 96 100 73  40 35 46 62 81 100 111 91  46 66 76 86 102 121 120 101  68 90 90 96 113 102 105 103""",
        """
8 12 15 15 86 96 96 98  13 13 15 26 90 96 99 98  12 15 18 96 99 99 99 99  17 16 90 96 99 99 99 99
96 96 99 99 99 99 99 99 """
        + "99 " * 24,
    ),
    3: (_ROBIDOUX, _ROBIDOUX),
    4: (
        """
9 10 12 14 27 32 51 62  11 12 14 19 27 44 59 73  12 14 18 25 42 59 79 78  17 18 25 42 61 92 87 92
23 28 42 75 79 112 112 99  40 42 59 84 88 124 132 111  42 64 78 95 105 126 125 99  70 75 100 102 116 100 107 98""",
        """
9 10 17 19 62 89 91 97  12 13 18 29 84 91 88 98  14 19 29 93 95 95 98 97  20 26 84 88 95 95 98 94
26 86 91 93 97 99 98 99  99 100 98 99 99 99 99 99  99 99 99 99 99 99 99 99  97 97 99 99 99 99 97 99""",
    ),
    5: (_KLEIN, _KLEIN),
    6: (_WATSON, _WATSON),
    7: (_AHUMADA, _AHUMADA),
    8: (_PETERSON, _PETERSON),
    FULL_COLOR: (_by_diagonals(_OWN_LIGHT), _by_diagonals(_OWN_COLOR)),
}
_MOST = 255
# Of a step, in hundredths, what a wave has to come to; else it is left out. Elsewhere half is enough, as in libjpeg.
_LEAST = {FULL_COLOR: 65}


def tables(index: int, quality: int) -> list[list[int]]:
    """Table `index` at `quality`, by libjpeg's scale: as it stands at 50, all of 1 at 100; for lightness and color."""
    percent = 5000 // quality if quality < 50 else 200 - 2 * quality
    return [[_scaled(int(step), percent) for step in table.split()] for table in _TABLES[index]]


def least(index: int | None) -> int:
    """What a wave has to come to, in hundredths of a step, or it is left out; 0 is libjpeg's own rounding."""
    return _LEAST.get(index, 0) if index else 0


def _scaled(step: int, percent: int) -> int:
    return min(max(1, (step * percent + 50) // 100), _MOST)
