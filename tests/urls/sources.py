"""Sixty sources: every format, with each of its kinds that is read in another way."""

from collections.abc import Iterator

import numpy as np
from PIL import Image

from imgsvc.codecs.jxl.encoder import write_jxl
from imgsvc.codecs.native.saving import EncodeOptions
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.settings import EncodeSettings
from tests.codecs.bmp.files import icon
from tests.codecs.jxl.files import animation
from tests.codecs.pdf.files import Page, pdf
from tests.codecs.psd.files import Kind, psd, ramps
from tests.images import (
    GREEN,
    RED,
    animated,
    encoded,
    exif,
    fading,
    gradient,
    gray_profile,
    noise,
    quadrants,
    solid,
    svg,
)

_WIDE, _TALL = (120, 80), (31, 97)


def sources() -> dict[str, bytes]:
    """Their bodies, by the names that they have in URLs."""
    return {f"{number:02}.{word}": body for number, (word, body) in enumerate(_bodies())}


def _bodies() -> Iterator[tuple[str, bytes]]:
    yield from _photographs()
    for word in ("png", "webp", "avif", "tiff"):
        for mode in ("L", "LA", "RGB", "RGBA"):
            yield word, encoded(quadrants(*_WIDE, mode), word)
    for word in ("heic", "bmp", "gif"):
        yield word, encoded(noise(*_WIDE), word)
        yield word, encoded(quadrants(*_TALL), word)
    yield from _palettes()
    for count in (1, 2, 5):
        yield from ((word, animated(count, word, width=60, height=40)) for word in ("gif", "webp", "avif"))
    yield "gif", encoded(fading(*_WIDE).quantize(9), "gif")
    yield "webp", encoded(fading(*_WIDE), "webp", lossless=True)
    yield "ico", icon(*(encoded(solid(side, side)) for side in (16, 48)))
    yield "svg", svg(120, 80)
    yield "svg", svg(None, None, attributes='viewBox="0 0 3 2"')
    yield "psd", psd(ramps(4), Kind(layers=-1))
    yield "pdf", pdf(Page(), Page(width=90))
    yield "tiff", encoded(noise(*_WIDE), "tiff", save_all=True, append_images=[noise(*_TALL)])
    yield "tiff", encoded(noise(*_WIDE).convert("CMYK"), "tiff")
    yield "png", encoded(solid(1, 1))
    yield "jxl", animation([solid(60, 40, color) for color in (RED, GREEN)], [100, 100])
    yield "jxl", write_jxl(Picture((noise(*_WIDE),)), EncodeOptions(80, EncodeSettings(), lambda: None))
    yield "webp", encoded(noise(900, 601), "webp")


def _photographs() -> Iterator[tuple[str, bytes]]:
    for orientation in (2, 3, 5, 6, 7, 8):
        yield "jpg", encoded(noise(*_WIDE), "jpg", exif=exif(orientation))
    yield "jpg", encoded(noise(*_TALL), "jpg", progressive=True)
    yield "jpg", encoded(gradient(*_WIDE), "jpg", icc_profile=gray_profile())
    yield "jpg", encoded(noise(*_WIDE).convert("CMYK"), "jpg")
    yield "jpg", encoded(noise(900, 601), "jpg", quality=30)


def _palettes() -> Iterator[tuple[str, bytes]]:
    for colors in (2, 16, 200):
        yield "png", encoded(noise(*_WIDE).quantize(colors))
    yield "png", encoded(noise(*_WIDE).convert("1"))
    yield "png", encoded(Image.fromarray((np.arange(9600, dtype=np.uint16) * 6).reshape(80, 120)))
    yield "png", encoded(noise(700, 500, "RGBA"))
