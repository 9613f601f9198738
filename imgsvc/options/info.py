"""InfoOptions: everything that a client may ask about a source, with imgproxy Pro's defaults."""

from dataclasses import dataclass
from typing import NamedTuple

from imgsvc.options.geometry import OBJECTS, GravityType
from imgsvc.options.processing import ProcessingOptions


class Exif(NamedTuple):
    """Whether EXIF is told, and by its canonical names in place of those for people."""

    is_told: bool = True
    is_canonical: bool = False


class Alpha(NamedTuple):
    """Whether it is told if there is an alpha channel, and if any pixel is seen through."""

    is_told: bool = False
    checks_transparency: bool = False


class Average(NamedTuple):
    """Whether the average color is told, and whether what is not there to be seen is left out of it."""

    is_told: bool = False
    ignores_transparent: bool = True


class DominantColors(NamedTuple):
    """Whether the six swatches are told, and whether those that are not found are made of their siblings."""

    is_told: bool = False
    builds_missed: bool = False


class Blurhash(NamedTuple):
    """How many components it has each way; none of one is none at all."""

    across: int = 0
    down: int = 0


@dataclass(frozen=True, slots=True)
class InfoOptions(ProcessingOptions):
    """What an info URL asks for: what it shares with the URL of a picture, and what is its own."""

    wants_size: bool = True
    wants_format: bool = True
    wants_dimensions: bool = True
    exif: Exif = Exif()
    wants_iptc: bool = True
    wants_xmp: bool = True
    wants_video_meta: bool = True
    wants_colorspace: bool = False
    wants_bands: bool = False
    wants_sample_format: bool = False
    wants_pages_number: bool = False
    alpha: Alpha = Alpha()
    # Colors at most; 0 is off.
    palette: int = 0
    average: Average = Average()
    dominant_colors: DominantColors = DominantColors()
    blurhash: Blurhash = Blurhash()
    wants_thumb_hash: bool = False
    wants_perceptual_hash: bool = False
    # Names of hash functions.
    calc_hashsums: tuple[str, ...] = ()

    @property
    def wants_crop(self) -> bool:
        """Whether the area of `crop` is told: both of its sides are given."""
        return self.crop.width > 0 and self.crop.height > 0

    @property
    def needs_pixels(self) -> bool:
        """Whether the source has to be decoded for it."""
        asked = (self.wants_thumb_hash, self.wants_perceptual_hash, self.dominant_colors.is_told, all(self.blurhash))
        return any(asked) or self.needs_every_pixel

    @property
    def needs_every_pixel(self) -> bool:
        """Whether it is not enough to have them smaller."""
        asked = (self.palette, self.average.is_told, self.alpha.checks_transparency, self.needs_pixels_for_crop)
        return any(asked)

    @property
    def needs_pixels_for_crop(self) -> bool:
        """Whether the area of `crop` is where the eye is drawn to."""
        gravity = self.crop.gravity or self.gravity
        return self.wants_crop and gravity.type in (GravityType.SMART, *OBJECTS)
