"""Image files of every format, made by formula and damaged: the same for a seed and a number."""

import random
import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy

from imgsvc.codecs.native.saving import EncodeOptions
from imgsvc.codecs.pdf.encoder import write_pdf
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.psd.header import ColorMode
from imgsvc.codecs.psd.planes import Packing
from imgsvc.codecs.settings import EncodeSettings
from imgsvc.options.formats import BY_WORD
from tests import images
from tests.codecs.jxl import files as jxl
from tests.codecs.pdf.files import HALF, Page, form, pdf
from tests.codecs.png.files import samples as samples_of_png
from tests.codecs.psd.files import BY_PHOTOSHOP, MERGED, Kind, psd, ramps
from tests.codecs.tiff.files import Layout, row_of, tiff_file
from tests.fuzz.damage import damaged
from tests.hostile import files

_OPTIONS = (
    "rs:fit:60:40",
    "rs:fill:40:40/g:sm",
    "rs:force:33:44/el:1",
    "w:100/bl:2/sh:1",
    "t:10/w:50",
    "rs:fit:200:200/el:1/rot:90/fl:1",
    "c:0.5:0.5/w:30/bg:ffffff",
    "w:64/scp:0/sm:0",
    "mb:2000/w:80",
    "w:20",
    "c:130:90/w:11",
    # Finely: from rows, by blocks, to a side of one, and written by table 9.
    "w:37/sc:fine",
    "rs:force:7:23/sc:fine",
    "rs:force:1:39/sc:fine",
    "c:97:61/rs:force:40:17/sc:fine/jpgo:1",
)
_RESULTS = ("", "@jpg", "@jpg", "@png", "@webp", "@gif", "@avif", "@tiff", "@bmp", "@ico", "@jxl", "@heic", "@pdf")
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SEEDS = 1 << 32
_AS_USUAL = EncodeOptions(80, EncodeSettings(), lambda: None)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A damaged file, what it was made of, and the request that asks for it; `path` lacks the source's name."""

    origin: str
    body: bytes
    options: str
    result: str


def mutant(seed: int, number: int, only: str = "") -> Mutant:
    """The one of that number; `only` names the kind of file it is made of."""
    dice = random.Random(f"{seed}:{number}")
    origin = dice.choice([name for name in sorted(ORIGINALS) if name.startswith(only)])
    kin = [name for name in sorted(ORIGINALS) if name.partition("-")[0] == origin.partition("-")[0]]
    body = _original(origin)
    for _ in range(dice.choice((0, 1, 1, 2, 4))):
        body = damaged(body, _original(dice.choice(kin)), dice) if len(body) > 20 else body
    if body == _original(origin) or dice.random() < 0.4:
        body = next(files(body, 1, dice.randrange(_SEEDS)))
    # A decoder that checks sums would see none of the damage behind them.
    if body.startswith(_PNG_SIGNATURE) and dice.random() < 0.7:
        body = _with_true_sums(body)
    return Mutant(origin, body, dice.choice(_OPTIONS), dice.choice(_RESULTS))


def _with_true_sums(body: bytes) -> bytes:
    """A PNG whose chunks have the sums that their contents have."""
    mended, at = bytearray(body), len(_PNG_SIGNATURE)
    while at + 12 <= len(body):
        (length,) = struct.unpack_from(">I", body, at)
        end = at + 8 + length
        if end + 4 > len(body):
            break
        struct.pack_into(">I", mended, end, zlib.crc32(mended[at + 4 : end]))
        at = end + 4
    return bytes(mended)


@cache
def _original(name: str) -> bytes:
    return ORIGINALS[name]()


def _of(image_mode: str, word: str, **options: object) -> Callable[[], bytes]:
    return lambda: images.encoded(images.quadrants(160, 120, image_mode), word, **options)


def _fading(word: str, **options: object) -> Callable[[], bytes]:
    return lambda: images.encoded(images.fading(160, 120), word, **options)


def _row_of_tiff(**fields: int) -> bytes:
    return row_of(bytes(range(40)) * 6, width=40, **fields)


def _samples_of_tiff(kind: str, **fields: Any) -> bytes:
    """Rows of one sample, three, or with alpha four a pixel."""
    count = 1 if fields.get("photometric") == 3 else 4 if "tags" in fields else 3
    levels = numpy.arange(40 * 30 * count).reshape(40, 30, count) % 251
    samples = (levels / 251 if kind.startswith("f") else levels).astype(kind)
    return tiff_file(samples, Layout(bits=samples.itemsize * 8, **fields))


def _layers() -> bytes:
    return images.encoded(images.fading(64, 64), "ico", sizes=[(16, 16), (32, 32), (64, 64)])


ORIGINALS: Mapping[str, Callable[[], bytes]] = {
    "jpeg": _of("RGB", "jpg"),
    "jpeg-noise": lambda: images.encoded(images.noise(96, 64), "jpg", quality=90),
    "jpeg-progressive": _of("RGB", "jpg", progressive=True),
    "jpeg-gray": _of("L", "jpg"),
    "jpeg-cmyk": _of("CMYK", "jpg"),
    "jpeg-turned": lambda: images.oriented(6, 160, 120),
    "jpeg-profile": _of("RGB", "jpg", icc_profile=images.swapped_profile()),
    "png": _of("RGB", "png"),
    "png-alpha": _fading("png"),
    "png-palette": _of("P", "png"),
    "png-gray-alpha": _of("LA", "png"),
    "png-samples": lambda: samples_of_png(
        [[(x * 400, y * 500, 65535 - x * y) for x in range(160)] for y in range(90)], depth=16, color_type=2
    ),
    "png-gray": _of("L", "png"),
    "png-bit": _of("1", "png"),
    "png-deep": lambda: images.encoded(images.gradient(160, 8).convert("I"), "png"),
    "webp": _of("RGB", "webp"),
    "webp-alpha": _fading("webp"),
    "webp-lossless": _fading("webp", lossless=True),
    "webp-animated": lambda: images.animated(4, "webp", width=80, height=60),
    "gif": _of("P", "gif"),
    "gif-animated": lambda: images.animated(4, width=80, height=60, delays_ms=[10, 20, 300, 40]),
    "avif": _of("RGB", "avif", speed=9),
    "avif-alpha": _fading("avif", speed=9),
    "heic": _of("RGB", "heic"),
    "jxl": _of("RGB", "jxl"),
    "jxl-alpha": _fading("jxl"),
    "jxl-animated": lambda: jxl.animation([images.solid(80, 60, color) for color in images.FRAME_COLORS], [50] * 6),
    "jxl-jpeg": lambda: jxl.around_jpeg(images.quadrants(160, 120), exif=images.exif(6)),
    "tiff": _of("RGB", "tiff"),
    "tiff-deflate": _of("RGB", "tiff", compression="tiff_adobe_deflate"),
    "tiff-lzw-alpha": _fading("tiff", compression="tiff_lzw"),
    "tiff-jpeg": _of("RGB", "tiff", compression="jpeg"),
    "tiff-fax": _of("1", "tiff", compression="group4"),
    "tiff-cmyk": _of("CMYK", "tiff"),
    "tiff-lab": lambda: _row_of_tiff(bits=16, samples=3, compression=1, photometric=8),
    "tiff-log": lambda: _row_of_tiff(bits=16, samples=3, compression=34676, photometric=32845),
    "tiff-thunder": lambda: _row_of_tiff(bits=4, samples=1, compression=32809, photometric=1),
    "tiff-planes": lambda: _samples_of_tiff("u2", in_planes=True),
    "tiff-tiles": lambda: _samples_of_tiff("u4", tile=16),
    "tiff-float": lambda: _samples_of_tiff("f4", tags={338: ("H", [1])}, rows=40),
    "tiff-big": lambda: _samples_of_tiff(
        "u1", is_big=True, compression=8, compress=lambda data, _: zlib.compress(data)
    ),
    "tiff-colors-apart": lambda: _samples_of_tiff("u1", photometric=6),
    "tiff-palette": lambda: _samples_of_tiff("u1", photometric=3, tags={320: ("H", [*range(768)])}),
    "bmp": _of("RGB", "bmp"),
    "bmp-palette": _of("P", "bmp"),
    "ico": _layers,
    "ico-bmp": lambda: images.encoded(images.fading(64, 64), "ico", bitmap_format="bmp"),
    "pdf": lambda: pdf(Page(), Page(content=HALF, about="/Rotate 90 /CropBox [10 10 150 90]")),
    "pdf-form": form,
    "pdf-picture": lambda: write_pdf(Picture((images.fading(160, 120),)), _AS_USUAL),
    "psd": lambda: psd(ramps(3, 160, 120)),
    "psd-alpha": lambda: psd(ramps(4), Kind(layers=-1, packing=Packing.PACK_BITS, resources=BY_PHOTOSHOP)),
    "psd-deep": lambda: psd(ramps(4, most=65535), Kind(bits=16, block=MERGED, packing=Packing.ZIP_OF_DIFFERENCES)),
    "psd-light": lambda: psd(ramps(3, most=1), Kind(bits=32, packing=Packing.ZIP)),
    "psd-ink": lambda: psd(ramps(4), Kind(ColorMode.CMYK, is_big=True, packing=Packing.PACK_BITS)),
    "psd-palette": lambda: psd(ramps(1), Kind(ColorMode.INDEXED, table=bytes(range(256)) * 3)),
    "psd-lab": lambda: psd(ramps(3), Kind(ColorMode.LAB)),
    "svg": lambda: images.svg(160, 120),
    "svg-text": lambda: images.svg(160, 120, '<g transform="scale(2)"><text y="20">a</text><path d="M0 0h9v9z"/></g>'),
}


def words() -> set[str]:
    """The formats that there are files of."""
    return {BY_WORD[name.partition("-")[0]].word for name in ORIGINALS}
