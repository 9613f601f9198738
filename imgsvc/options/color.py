"""A color of three 8-bit channels."""

import re
from typing import NamedTuple

_HEX = re.compile(r"[0-9a-fA-F]{3}|[0-9a-fA-F]{6}")


class Color(NamedTuple):
    """Red, green and blue, 0 to 255, in sRGB."""

    red: int
    green: int
    blue: int

    @classmethod
    def from_hex(cls, text: str) -> "Color":
        """Read `fa0` or `ffaa00`; ValueError for anything else."""
        if not _HEX.fullmatch(text):
            raise ValueError(f"{text!r} is not 3 or 6 hex digits")
        wide = "".join(c * 2 for c in text) if len(text) == 3 else text
        return cls(*bytes.fromhex(wide))

    def hex(self) -> str:
        """Six hex digits, lower case."""
        return bytes(self).hex()


WHITE = Color(255, 255, 255)
