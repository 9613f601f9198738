"""What a client may ask for of how the result's file is written; None where the settings decide.

PERF: named tuples, as in filters.py.
"""

from enum import Enum, StrEnum
from typing import NamedTuple


class JpegOptions(NamedTuple):
    """Of JPEG; the three in the middle are for encoders that are not here, and do nothing."""

    progressive: bool | None = None
    no_subsample: bool | None = None
    trellis_quant: bool | None = None
    overshoot_deringing: bool | None = None
    optimize_scans: bool | None = None
    quant_table: int | None = None


class PngOptions(NamedTuple):
    """Of PNG."""

    interlaced: bool | None = None
    quantize: bool | None = None
    quantization_colors: int | None = None


class WebpCompression(StrEnum):
    """How WebP compresses: what may change of the pixels."""

    LOSSY = "lossy"
    NEAR_LOSSLESS = "near_lossless"
    LOSSLESS = "lossless"


class WebpPreset(StrEnum):
    """What kind of picture libwebp is to think of."""

    DEFAULT = "default"
    PHOTO = "photo"
    PICTURE = "picture"
    DRAWING = "drawing"
    ICON = "icon"
    TEXT = "text"


class WebpOptions(NamedTuple):
    """Of WebP."""

    compression: WebpCompression | None = None
    smart_subsample: bool | None = None
    preset: WebpPreset | None = None


class AvifSubsample(StrEnum):
    """Whether half of AVIF's color resolution is kept; `auto`: below quality 90."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


class AutoqualityMethod(StrEnum):
    """How a quality is found for each picture; `ml` needs a network, and is `dssim` without one."""

    NONE = "none"
    SIZE = "size"
    DSSIM = "dssim"
    ML = "ml"


class Autoquality(NamedTuple):
    """Bytes, or how unlike the result may look; the qualities to choose from; how near the target is near enough."""

    method: AutoqualityMethod | None = None
    target: float | None = None
    min_quality: int | None = None
    max_quality: int | None = None
    allowed_error: float | None = None


class Placeholder(Enum):
    """A few characters from which a page draws a blurred picture until the real one is there."""

    BLURHASH = "blurhash"
    THUMBHASH = "thumbhash"

    @property
    def word(self) -> str:
        """Its name in URLs."""
        return self.value

    @property
    def media_type(self) -> str:
        """The answer's, as in Content-Type."""
        return "text/plain"

    @property
    def extension(self) -> str:
        """Of a file that it is saved in, with the dot."""
        return ".txt"


class AvifOptions(NamedTuple):
    """Of AVIF."""

    subsample: AvifSubsample | None = None
