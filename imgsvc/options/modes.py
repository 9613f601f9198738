"""The modes that pixels are worked with in, by Pillow's names: gray or in color, with alpha or without.

And gray of 16 bits, which stays so where little is done to it.
"""

PROCESSED = frozenset({"L", "LA", "RGB", "RGBA"})
SIXTEEN_BITS = "I;16"
_OPAQUE = {"LA": "L", "RGBA": "RGB"}


def has_alpha(mode: str) -> bool:
    """There is an alpha channel, transparent or not."""
    return mode in _OPAQUE


def is_gray(mode: str) -> bool:
    """There are no color channels."""
    return mode in ("L", "LA")


def without_alpha(mode: str) -> str:
    """The mode of the other channels alone."""
    return _OPAQUE.get(mode, mode)


def in_color(mode: str) -> str:
    """RGB, with alpha where `mode` has it."""
    return "RGBA" if has_alpha(mode) else "RGB"
