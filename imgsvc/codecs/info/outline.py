"""Outline: what is told of a source before its pixels."""

from dataclasses import dataclass

from imgsvc.options.geometry import Size
from imgsvc.options.orientation import upright
from imgsvc.parts import Parts

# What is larger is no metadata any more.
MOST_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which blocks of metadata are looked for, besides what the size takes."""

    exif: bool = True
    iptc: bool = True
    xmp: bool = True

    @property
    def any(self) -> bool:
        """Whether there is one."""
        return self.exif or self.iptc or self.xmp


@dataclass(frozen=True, slots=True)
class Outline:
    """The size is as stored; `orientation` says in EXIF's numbers how that is turned to be shown."""

    stored: Size
    orientation: int = 1
    # A TIFF, or what is one: a block of EXIF.
    exif: Parts = Parts.whole(b"")
    # Photoshop's resources, and the data sets of IPTC where they stand by themselves.
    photoshop: bytes = b""
    iptc: bytes = b""
    xmp: bytes = b""
    # As libvips calls them.
    colorspace: str = "srgb"
    bands: int = 3
    sample_format: str = "uchar"
    has_alpha: bool = False

    @property
    def size(self) -> Size:
        """Of the upright picture."""
        return upright(self.stored, self.orientation)
