"""bench/ablate: where points of looks come from in scaling and writing JPEG, one thing changed at a time.

Every photograph of a folder is brought into 512x512 in each way, by numpy and Pillow, so that only what a row says is
different; SSIMULACRA2 is against Lanczos in linear light of the whole source. The row of the server's own scaling is by
its native code. A table in Markdown comes out.
"""

import io
import math
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, geometric_mean
from typing import Any

import numpy
from PIL import Image

from imgsvc.bench.ssimulacra2 import Reference
from imgsvc.codecs.jpeg import jpegli
from imgsvc.codecs.jpeg.quantization import FULL_COLOR, least, tables
from imgsvc.codecs.jpeg.rows import Scans, shrunk_rows
from imgsvc.options.geometry import Box, Size
from imgsvc.transforms.planning.loading import FINE_MARGIN
from imgsvc.transforms.planning.resampling import stretching

SIDE, QUALITY = 512, 80
_SHRINKS = (8, 4, 2)
_BAND = 256
_LEVELS = numpy.arange(256) / 255
_LIGHT = numpy.where(_LEVELS <= 0.04045, _LEVELS / 12.92, ((_LEVELS + 0.055) / 1.055) ** 2.4)
_Floats = numpy.ndarray[Any, numpy.dtype[numpy.floating[Any]]]
# By name, how many times the result's pixels are decoded at least; infinitely many are all.
_DECODES = {"what is needed": 1.0, "about twice that": FINE_MARGIN, "all": math.inf}


@dataclass(frozen=True, slots=True)
class Way:
    """One row: how much is decoded, which light it is scaled in, whether natively, and what writes it."""

    decode: str
    light: str
    encoder: str = "4:2:0"


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one photograph in one way: SSIMULACRA2 before and after it is written, and bytes."""

    plain: float
    score: float
    size: int


LEVELS, LINEAR, OURS = "sRGB's levels", "linear", "linear, with what is lost of light (`fine`)"
_ENCODERS: Mapping[str, Mapping[str, Any]] = {
    "4:2:0": {"quality": QUALITY, "subsampling": 2},
    "4:4:4": {"quality": QUALITY, "subsampling": 0},
    "4:2:0, progressive": {"quality": QUALITY, "subsampling": 2, "progressive": True},
    **{
        f"JPEG_QUANT_TABLE={index}": {
            "quality": -1,
            "qtables": tables(index, QUALITY),
            "subsampling": 0 if index == FULL_COLOR else 2,
            "smooth": -least(index),
        }
        for index in (2, 5, FULL_COLOR)
    },
}
WAYS = (
    *(Way(decode, light) for decode in _DECODES for light in (LEVELS, LINEAR)),
    Way("about twice that", OURS),
    *(Way("about twice that", OURS, each) for each in _ENCODERS if each != "4:2:0"),
    *([Way("about twice that", OURS, "jpegli")] if jpegli.HAS_JPEGLI else []),
)


def main(folder: Path) -> int:
    """Every photograph in every way, and the table."""
    found: dict[Way, list[Figures]] = {way: [] for way in WAYS}
    pictures = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".jpg", ".jpeg"))
    for path in pictures:
        sys.stderr.write(f"{path.name}\n")
        for way, figures in measured(path.read_bytes()):
            found[way].append(figures)
    sys.stdout.write("\n".join(table(found)) + "\n")
    return 0


def measured(data: bytes) -> Iterator[tuple[Way, Figures]]:
    """One photograph in every way."""
    whole = decoded(data, math.inf)
    size = result_size(whole.size)
    reference = Reference(scaled(whole, size, LINEAR))
    known: dict[tuple[str, str], tuple[Image.Image, float]] = {}
    for way in WAYS:
        key = way.decode, way.light
        if key not in known:
            image = made(data, size, way)
            known[key] = image, reference.score(image)
        image, plain = known[key]
        body = written(image, way.encoder)
        yield way, Figures(plain, reference.score(Image.open(io.BytesIO(body)).convert("RGB")), len(body))


def made(data: bytes, size: Size, way: Way) -> Image.Image:
    """The picture in its size, before it is written."""
    source = decoded(data, _DECODES[way.decode], size)
    if way.light != OURS:
        return scaled(source, size, way.light)
    full = Image.open(io.BytesIO(data))
    shrink = shrink_of(full.size, size, _DECODES[way.decode])
    part = Size(full.width // shrink, full.height // shrink)
    shrinking = stretching(part, size).shrinking(None, linear=True)._replace(fine=True)
    # What is not sound, or has no rows, is scaled without what is lost.
    return shrunk_rows(Scans(data, full.mode), shrink, Box(0, 0, *part), shrinking) or scaled(source, size, LINEAR)


def decoded(data: bytes, margin: float, size: Size | None = None) -> Image.Image:
    """A JPEG, at the least of libjpeg's sizes that leaves so many times the pixels of the result."""
    image = Image.open(io.BytesIO(data))
    if size:
        shrink = shrink_of(image.size, size, margin)
        image.draft("RGB", (image.width // shrink, image.height // shrink))
    return image.convert("RGB")


def shrink_of(source: tuple[int, int], size: Size, margin: float) -> int:
    """What each side may be divided by."""
    most = min(source[0] / size.width, source[1] / size.height) / margin
    return next((each for each in _SHRINKS if each <= most), 1)


def result_size(source: tuple[int, int]) -> Size:
    """That of a picture which fits in and is not enlarged."""
    factor = min(SIDE / max(source), 1)
    return Size(*(max(1, round(side * factor)) for side in source))


def scaled(image: Image.Image, size: Size, light: str) -> Image.Image:
    """By Lanczos' kernel of three lobes, each pixel where it lies exactly; by bands, for the source may be large."""
    curve = (_LEVELS if light == LEVELS else _LIGHT).astype(numpy.float32)
    across, down = weights(image.width, size.width).T, weights(image.height, size.height)
    total = numpy.zeros((size.height, size.width, 3), numpy.float32)
    for top in range(0, image.height, _BAND):
        band = curve[numpy.asarray(image.crop((0, top, image.width, min(top + _BAND, image.height))))]
        narrow = numpy.einsum("hwc,wx->hxc", band, across, optimize=True)
        total += numpy.einsum("yh,hxc->yxc", down[:, top : top + len(band)], narrow, optimize=True)
    if light != LEVELS:
        bright = numpy.maximum(total, 0.0031308)
        total = numpy.where(total <= 0.0031308, total * 12.92, 1.055 * bright ** (1 / 2.4) - 0.055)
    return Image.fromarray((total.clip(0, 1) * 255 + 0.5).astype(numpy.uint8))


def weights(side: int, pixels: int) -> _Floats:
    """For each pixel of the result, what each of the source counts."""
    step = side / pixels
    middles = (numpy.arange(pixels) + 0.5)[:, None] * step
    at = (numpy.arange(side)[None, :] + 0.5 - middles) / max(step, 1)
    found = numpy.where(abs(at) < 3, numpy.sinc(at) * numpy.sinc(at / 3), 0)
    shares: _Floats = (found / found.sum(axis=1, keepdims=True)).astype(numpy.float32)
    return shares


def written(image: Image.Image, encoder: str) -> bytes:
    """The picture as a JPEG."""
    if encoder == "jpegli":
        return jpegli.compressed(image, QUALITY, is_progressive=True)
    body = io.BytesIO()
    image.save(body, "JPEG", optimize=True, **_ENCODERS[encoder])
    return body.getvalue()


def table(found: Mapping[Way, list[Figures]]) -> Iterator[str]:
    """Means of scores, the worst of them, and bytes' geometric mean."""
    yield "| decode | light | encoder | before encoding | as JPEG | worst | bytes, k |"
    yield "|---|---|---|---|---|---|---|"
    for way, figures in found.items():
        plain, score = fmean(each.plain for each in figures), fmean(each.score for each in figures)
        size = geometric_mean([each.size for each in figures]) / 1000
        cells = f"{plain:.1f}", f"{score:.1f}", f"{min(each.score for each in figures):.1f}", f"{size:.1f}"
        yield f"| {' | '.join((way.decode, way.light, way.encoder, *cells))} |"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
