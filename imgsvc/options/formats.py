"""Image formats: their names in URLs, media types, and what each can hold."""

from enum import Enum
from typing import NamedTuple


class Traits(NamedTuple):
    """What a format is called and can hold (imgproxy: imagetype/defs.go)."""

    media_type: str
    extension: str
    alpha: bool
    icc: bool
    quality: bool
    animation_in: bool
    animation_out: bool
    max_side: int = 0
    min_side: int = 0
    aliases: tuple[str, ...] = ()


class Format(Enum):
    """An image format; the value's traits are read as attributes: `Format.JPEG.media_type`."""

    # fmt: off
    #              media type          extension  alpha  icc    quality  anim. in, out
    JPEG = Traits("image/jpeg",       ".jpg",    False, True,  True,    False, False, aliases=("jpg",))
    JXL  = Traits("image/jxl",        ".jxl",    True,  True,  True,    True,  False)
    PNG  = Traits("image/png",        ".png",    True,  True,  False,   False, False)
    WEBP = Traits("image/webp",       ".webp",   True,  True,  True,    True,  True,  max_side=16_383)
    GIF  = Traits("image/gif",        ".gif",    True,  False, False,   True,  True,  max_side=65_535)
    ICO  = Traits("image/x-icon",     ".ico",    True,  False, False,   False, False, max_side=256)
    SVG  = Traits("image/svg+xml",    ".svg",    True,  False, False,   False, False)
    HEIC = Traits("image/heif",       ".heic",   True,  True,  True,    False, False, max_side=16_384)
    AVIF = Traits("image/avif",       ".avif",   True,  True,  True,    True,  False, max_side=16_384, min_side=16)
    BMP  = Traits("image/bmp",        ".bmp",    True,  False, False,   False, False)
    TIFF = Traits("image/tiff",       ".tiff",   True,  True,  True,    False, False)
    # fmt: on

    @property
    def traits(self) -> Traits:
        """What the format can hold."""
        return self.value

    @property
    def word(self) -> str:
        """Its name in URLs and settings."""
        return self.name.lower()

    @property
    def media_type(self) -> str:
        """Its media type, as in Content-Type."""
        return self.value.media_type

    @property
    def extension(self) -> str:
        """Its file name extension, with the dot."""
        return self.value.extension


BY_WORD: dict[str, Format] = {word: each for each in Format for word in (each.word, *each.traits.aliases)}


def format_named(word: str) -> Format:
    """The format called `word`, case-sensitive; ValueError if there is none."""
    try:
        return BY_WORD[word]
    except KeyError:
        raise ValueError(f"{word!r} is not one of {', '.join(BY_WORD)}") from None
