"""How large and how manifold a source may be before a decoder sees it, and what is known of it by then.

Sides are held against the limits of the request, counts against the table below: both are read from headers, so that
what is refused costs nothing.
"""

from dataclasses import dataclass
from types import MappingProxyType

from imgsvc.errors import ResolutionError, UndecodableImageError
from imgsvc.options.geometry import Size

# What MAX_SRC_RESOLUTION is unless it is set.
USUAL_PIXELS = 50_000_000


@dataclass(frozen=True, slots=True)
class Extent:
    """The most pixels that any part of a source may have: canvas, frame, tile, strip, or a picture within it."""

    pixels: int = USUAL_PIXELS

    def admit(self, width: int, height: int, part: str = "canvas") -> Size:
        """The size, if it is within the limit; ResolutionError if not."""
        if width * height > self.pixels:
            raise ResolutionError(f"its {part} of {width}x{height} is more than {self.pixels} pixels")
        return Size(width, height)


@dataclass(frozen=True, slots=True)
class Survey:
    """The size that its decoder will give, if the header says that alone, and how many frames are there whole."""

    size: Size | None = None
    frames: int = 1


# What a decoder does for each, whatever it holds, and therefore how many there may be. Everything that is decoded in
# a loop over something that a few bytes of a file can multiply has its line here.
BOUNDS = MappingProxyType(
    {
        # Each is a pass over the whole picture; encoders write some ten. libvips stops at this number too.
        "jpeg scans": 100,
        # Pillow reads each in Python, 1 us; a profile and extended XMP take a few hundred.
        "jpeg segments": 4096,
        # EXIF, which Pillow copies whole for each, and Photoshop's, whose tiny parts it looks at one by one.
        "jpeg blocks of metadata": 64,
        # Pillow passes over them one by one, 0.2 us each.
        "jpeg bytes between segments": 65_536,
        # 3 us each in Pillow. At 8 KiB, as encoders write them, these are 400 MB of pixels.
        "png chunks": 50_000,
        # Unpacked at once, to 1 MiB each; libpng keeps no more chunks than this either.
        "png compressed texts": 100,
        # Looked at one by one, 0.1 us.
        "gif blocks": 100_000,
        # libwebp goes through those before a frame to find it.
        "webp chunks": 50_000,
        # Read whole by Pillow, three times; libtiff takes more for damage.
        "tiff tags": 4096,
        # Each is a call of a decoder, 5 us.
        "tiff strips or tiles": 100_000,
        # libheif and libavif read all of them before anything is decoded.
        "heif boxes": 20_000,
        "heif items": 2000,
        # A burst has one for each of its pictures.
        "heif blocks of metadata": 32,
        # Each is decoded anew, 50 us at least, even where all are the same item; telephones make 48.
        "heif tiles": 2000,
        # Each is a whole picture that is laid over the others.
        "heif layers": 16,
        "jxl boxes": 4096,
        # Every one is a plane of floats as large as the picture, beside the three of its colors.
        "jxl extra channels": 8,
        # No real icon has more; a directory of 65,535 images is somebody's experiment.
        "ico images": 256,
        # 0.6 us each in Python.
        "bmp runs": 1_000_000,
    }
)


def within(what: str, count: int, allowance: int = 0) -> None:
    """Raise UndecodableImageError if there are more of these than the table, or a larger `allowance`, has."""
    most = max(BOUNDS[what], allowance)
    if count > most:
        raise UndecodableImageError(f"more than {most} {what}")
