"""A JPEG as Pillow opens it, less what Pillow stumbles over in segments that no pixel needs.

COMPAT: browsers and libjpeg pass over an application segment that is not what it begins as, and read what can be read:
so a broken one is none, and a part of a profile that comes twice counts once.
"""

import struct
from contextlib import suppress
from io import BytesIO

from PIL import JpegImagePlugin

# "ICC_PROFILE", then the part's number and how many there are.
_NUMBER, _COUNT, _PROFILE = 12, 13, 14


class JpegFile(JpegImagePlugin.JpegImageFile):
    """An opened file; its blocks of metadata are those in `info`, unread."""

    def __init__(self, data: bytes) -> None:
        self.parts: dict[int, bytes] = {}
        super().__init__(BytesIO(data))
        self.info["icc_profile"] = _profile(self.parts)

    def _read_dpi_from_exif(self) -> None:
        """SECURITY: nobody here asks for the resolution, and Pillow would read every tag for it."""


def _profile(parts: dict[int, bytes]) -> bytes | None:
    """The parts in the order of their numbers; nothing if one is missing."""
    ordered = [parts[number] for number in sorted(parts)]
    if not ordered or ordered[0][_COUNT] != len(ordered):
        return None
    return b"".join(part[_PROFILE:] for part in ordered)


def _application(self: JpegImagePlugin.JpegImageFile, marker: int) -> None:
    # It has been read from the file before anything in it is looked at.
    with suppress(IndexError, struct.error):
        JpegImagePlugin.APP(self, marker)
    if isinstance(self, JpegFile) and self.icclist:
        part = self.icclist.pop()
        if len(part) >= _PROFILE:
            self.parts.setdefault(part[_NUMBER], part)


for _marker in range(0xFFE0, 0xFFF0):
    _name, _meaning, _ = JpegImagePlugin.MARKER[_marker]
    JpegImagePlugin.MARKER[_marker] = (_name, _meaning, _application)
