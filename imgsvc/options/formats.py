"""Image formats: their names in URLs, media types, and what each can hold."""

from enum import Enum
from typing import NamedTuple


class Traits(NamedTuple):
    """What a format is called and can hold (imgproxy: imagetype/defs.go), or its encoder can write; 0 is no limit.

    `thin` is a shorter side and a longer one: an image whose shorter side is below the first has at most the second.
    """

    media_type: str
    extension: str
    alpha: bool
    icc: bool
    quality: bool
    animation_in: bool
    animation_out: bool
    max_side: int = 0
    min_side: int = 0
    thin: tuple[int, int] = (0, 0)
    max_delay_ms: int = 0
    max_loops: int = 0
    # It has no pixels of its own: it is drawn, at any size.
    vector: bool = False
    aliases: tuple[str, ...] = ()


class Format(Enum):
    """An image format; the value's traits are read as attributes: `Format.JPEG.media_type`."""

    # fmt: off
    #              media type          extension  alpha  icc    quality  anim. in, out
    JPEG = Traits("image/jpeg",       ".jpg",    False, True,  True,    False, False, max_side=65_500, aliases=("jpg",))
    # PERF: its encoder takes quadratic time along a side: 0.2 s for 70,000 pixels, 3.3 s for 300,000.
    JXL  = Traits("image/jxl",        ".jxl",    True,  True,  True,    True,  False, max_side=65_535)
    PNG  = Traits("image/png",        ".png",    True,  True,  False,   False, False)
    WEBP = Traits("image/webp",       ".webp",   True,  True,  True,    True,  True,  max_side=16_383,
                  max_delay_ms=0xFFFFFF, max_loops=0xFFFF)
    GIF  = Traits("image/gif",        ".gif",    True,  False, False,   True,  True,  max_side=65_535,
                  max_delay_ms=655_350, max_loops=0x10000)
    ICO  = Traits("image/x-icon",     ".ico",    True,  False, False,   False, False, max_side=256)
    SVG  = Traits("image/svg+xml",    ".svg",    True,  False, False,   False, False, vector=True)
    # NOTE: below 32 pixels x265 cuts in blocks of 16, which HEVC's levels do not allow for longer sides.
    HEIC = Traits("image/heif",       ".heic",   True,  True,  True,    False, False, max_side=16_384, thin=(32, 4_216))
    AVIF = Traits("image/avif",       ".avif",   True,  True,  True,    True,  False, max_side=16_384, min_side=16,
                  max_delay_ms=0xFFFFFFFF)
    BMP  = Traits("image/bmp",        ".bmp",    True,  False, False,   False, False)
    TIFF = Traits("image/tiff",       ".tiff",   True,  True,  True,    False, False)
    # A page holds a JPEG.
    PDF  = Traits("application/pdf",  ".pdf",    True,  True,  True,    False, False, max_side=65_500, vector=True)
    PSD  = Traits("image/vnd.adobe.photoshop", ".psd", True,  True,  False,   False, False)
    # fmt: on

    # PERF: both are asked for a dozen times in each request; `value` and `name` of an enum are functions in Python.
    traits: Traits
    word: str

    def __init__(self, *_traits: object) -> None:
        """Have what the format can hold, and its name in URLs and settings, at hand."""
        self.traits = self._value_
        self.word = self._name_.lower()

    @property
    def media_type(self) -> str:
        """Its media type, as in Content-Type."""
        return self.traits.media_type

    @property
    def extension(self) -> str:
        """Its file name extension, with the dot."""
        return self.traits.extension


BY_WORD: dict[str, Format] = {word: each for each in Format for word in (each.word, *each.traits.aliases)}


def format_named(word: str) -> Format:
    """The format called `word`, case-sensitive; ValueError if there is none."""
    try:
        return BY_WORD[word]
    except KeyError:
        raise ValueError(f"{word!r} is not one of {', '.join(BY_WORD)}") from None
