"""Several attempts: until the picture looks as it is wished to, or the file is small enough."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from imgsvc.codecs.decode import open_image
from imgsvc.codecs.native.saving import EncodeOptions
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.quality.dssim import Reference
from imgsvc.codecs.quality.search import Found, search
from imgsvc.codecs.quality.wish import Wish
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.options.formats import Format
from imgsvc.options.saving import AutoqualityMethod

Encoder = Callable[[Picture, EncodeOptions], bytes]

_LOWEST_QUALITY = 10


def searched(
    picture: Picture,
    format: Format,  # noqa: A002 (the field's word)
    options: EncodeOptions,
    wish: Wish,
    remaining: Callable[[], float],
    encoder: Encoder,
) -> Found:
    """The file of the quality that is wished for; how an animation looks is asked of its first frame."""
    measures_look = wish.method is not AutoqualityMethod.SIZE
    tried = replace(picture, frames=(picture.frames[0],), delays_ms=()) if measures_look else picture
    reference = Reference.of(picture.frames[0]) if measures_look else None

    def write(quality: int) -> bytes:
        options.check()
        return encoder(tried, replace(options, quality=quality))

    def loss(body: bytes) -> float:
        shown = open_image(body, format, DecodeSettings()).decode().frames[0]
        return reference.dssim(shown) if reference else 0.0

    found = search(wish, write, loss, remaining)
    if len(tried.frames) == len(picture.frames):
        return found
    options.check()
    return Found(found.quality, encoder(picture, replace(options, quality=found.quality)))


def within(picture: Picture, options: EncodeOptions, limit: int, encoder: Encoder) -> bytes:
    """Lower the quality until the file has at most `limit` bytes; the smallest attempt stands."""
    smallest = b""
    while True:
        options.check()
        body = encoder(picture, options)
        smallest = min(smallest or body, body, key=len)
        if not limit or len(body) <= limit or options.quality <= _LOWEST_QUALITY:
            return smallest
        options = replace(options, quality=_next_quality(options.quality, Fraction(len(body), limit)))


def _next_quality(quality: int, excess: Fraction) -> int:
    """COMPAT: imgproxy's steps (save_fit_bytes.go)."""
    factor = 0.25 if excess > 3 else 0.5 if excess > Fraction(3, 2) else 0.75
    return max(1, min(quality - 1, int(quality * factor + 0.5)))
