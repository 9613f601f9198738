"""The source pictures, made once and the same everywhere from one photograph, in the dimensions that the tasks name.

What a decoder has to do depends on what is in a picture, so detail comes from a photograph at about its own scale,
mirrored where it is too small; without one, from the drawn meadow with a sensor's noise over it.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pillow_avif  # noqa: F401 (Pillow-SIMD writes AVIF by this plugin)
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from samples.draw import meadow

HERE = Path(__file__).parent
# sharp's photograph, among the sources of the conformance suite.
_SHARED = HERE.parents[2] / "shared" / "conformance" / "sources" / "s" / "2569067123_aca715a2ee_o.jpg"
_PHOTO_SIZE = (2725, 2225)
_J4_BYTES = 8_500_000
_MEGABYTE = 1_000_000
# A change to how pictures are made has to change it.
_EDITION = "1"

# How an enlarged picture is written, by how its name ends: in the least time.
_ENLARGED: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "jpg": ("JPEG", {"quality": 80}),
    "progressive.jpg": ("JPEG", {"quality": 80, "progressive": True}),
    "png": ("PNG", {"compress_level": 1}),
    "tiff": ("TIFF", {"compression": "tiff_lzw"}),
    "webp": ("WEBP", {"quality": 75, "method": 0}),
}

Save = Callable[[Image.Image, BytesIO], None]


def photo_path(given: Path | None) -> Path | None:
    """The one that is given, or shared's; None where there is none."""
    return given or (_SHARED if _SHARED.exists() else None)


def make(folder: Path, photo: Path | None, say: Callable[[str], None]) -> None:
    """Make what is missing in `folder`; another photograph makes everything anew."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp, mark = folder / "made-from", _fingerprint(photo)
    if stamp.exists() and stamp.read_text("ascii") != mark:
        for old in folder.iterdir():
            old.unlink()
    missing = [name for name in _MAKERS if not (folder / name).exists()]
    if missing:
        canvas = _canvas(base_picture(photo))
        for name in missing:
            say(f"making the source picture {name}")
            partial = folder / f"{name}.partial"
            partial.write_bytes(_MAKERS[name](canvas))
            partial.rename(folder / name)
    stamp.write_text(mark, "ascii")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of this size in pixels; its name says the format."""

    name: str
    width: int
    height: int


def cut_pictures(folder: Path, photo: Path | None, wanted: Sequence[Picture], say: Callable[[str], None]) -> None:
    """Parts of the same canvas in any size, made once."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = [each for each in wanted if not (folder / each.name).exists()]
    if not missing:
        return
    canvas = _canvas(base_picture(photo))
    for each in missing:
        say(f"making the source picture {each.name}, {each.width}x{each.height}")
        format_ = {"jpg": "JPEG"}.get(suffix := each.name.rpartition(".")[2], suffix.upper())
        options = {} if format_ == "PNG" else {"quality": 85}
        partial = folder / f"{each.name}.partial"
        partial.write_bytes(_bytes(_cut(canvas, each.width, each.height, 0.1, 0.1), format_, **options))
        partial.rename(folder / each.name)


def enlarge_pictures(folder: Path, photo: Path | None, wanted: Mapping[str, int], say: Callable[[str], None]) -> None:
    """The photograph enlarged to so many megapixels, by file; made once."""
    folder.mkdir(parents=True, exist_ok=True)
    missing = [name for name in wanted if not (folder / name).exists()]
    base = base_picture(photo) if missing else Image.new("RGB", (1, 1))
    for name in missing:
        say(f"making the source picture {name}")
        height = round((wanted[name] * 1_000_000 * 3 / 4) ** 0.5)
        image = base.resize((height * 4 // 3, height), Image.Resampling.BILINEAR)
        partial = folder / f"{name}.partial"
        partial.write_bytes(_enlarged(image, name.partition(".")[2]))
        partial.rename(folder / name)


def _enlarged(image: Image.Image, suffix: str) -> bytes:
    if suffix == "gif":
        return _bytes(image.quantize(64, dither=Image.Dither.NONE, method=Image.Quantize.FASTOCTREE), "GIF")
    format_, options = _ENLARGED[suffix]
    return _bytes(image, format_, **options)


def _fingerprint(photo: Path | None) -> str:
    content = photo.read_bytes() if photo else b"meadow"
    return hashlib.sha256(_EDITION.encode() + content).hexdigest()


def base_picture(photo: Path | None) -> Image.Image:
    """The photograph in the size of J2."""
    if photo:
        with Image.open(photo) as image:
            return ImageOps.fit(image.convert("RGB"), _PHOTO_SIZE, Image.Resampling.LANCZOS)
    return noisy(meadow(*_PHOTO_SIZE), 4)


def noisy(image: Image.Image, sigma: float) -> Image.Image:
    """With a sensor's noise, always the same."""
    noise = np.random.default_rng(7).normal(0, sigma, (image.height, image.width, 3))
    return Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))


def _canvas(base: Image.Image) -> Image.Image:
    """Two by two, mirrored, so that there are no seams."""
    canvas = Image.new("RGB", (2 * base.width, 2 * base.height))
    for column, row in ((0, 0), (1, 0), (0, 1), (1, 1)):
        tile = ImageOps.mirror(base) if column else base
        canvas.paste(ImageOps.flip(tile) if row else tile, (column * base.width, row * base.height))
    return canvas


def _cut(canvas: Image.Image, width: int, height: int, left: float, top: float) -> Image.Image:
    """A part of this size from about there (0 to 1), pixel for pixel."""
    x, y = int((canvas.width - width) * left), int((canvas.height - height) * top)
    return canvas.crop((x, y, x + width, y + height))


def _photograph(canvas: Image.Image) -> Image.Image:
    return canvas.crop((0, 0, *_PHOTO_SIZE))


def _jpeg(image: Image.Image, quality: int) -> bytes:
    return _bytes(image, "JPEG", quality=quality)


def _bytes(image: Image.Image, format_: str, **options: object) -> bytes:
    buffer = BytesIO()
    image.save(buffer, format_, **options)
    return buffer.getvalue()


def _large_progressive(canvas: Image.Image) -> bytes:
    """As a camera at its finest would write it: of all qualities the one that comes closest to J4's bytes."""
    image = noisy(_cut(canvas, 3840, 2160, 0.3, 0.2), 5)
    return _closest(image, _J4_BYTES, progressive=True, subsampling=0)


def _closest(image: Image.Image, wanted_bytes: int, **options: object) -> bytes:
    """The JPEG of that quality whose size comes closest."""
    tries = (_bytes(image, "JPEG", quality=quality, **options) for quality in (90, 92, 94, 95, 96, 97, 98))
    return min(tries, key=lambda body: abs(len(body) - wanted_bytes))


def _heavy(canvas: Image.Image) -> bytes:
    """As heavy as a source gets that is no attack."""
    return _closest(noisy(_cut(canvas, 5400, 3600, 0.02, 0.1), 5), 20 * _MEGABYTE, subsampling=0)


def _cutout(canvas: Image.Image) -> bytes:
    """A shop's picture: a thing with a soft edge on nothing, and a shadow under it."""
    size = (1920, 1200)
    thing = _cut(canvas, *size, 0.1, 0.35).filter(ImageFilter.GaussianBlur(1))
    mask, shadow = Image.new("L", size), Image.new("L", size)
    ImageDraw.Draw(mask).rounded_rectangle((420, 130, 1500, 1010), 260, fill=255)
    ImageDraw.Draw(shadow).ellipse((380, 940, 1560, 1120), fill=150)
    cutout = Image.new("RGBA", size)
    cutout.putalpha(shadow.filter(ImageFilter.GaussianBlur(24)))
    cutout.paste(thing.convert("RGBA"), mask=mask.filter(ImageFilter.GaussianBlur(2)))
    return _bytes(cutout, "PNG", compress_level=6)


def _progressive(image: Image.Image) -> bytes:
    return _bytes(image, "JPEG", quality=85, progressive=True)


def _pan(canvas: Image.Image) -> bytes:
    """Frames of one scene, each a little further on."""
    frames = [canvas.crop((20 * at, 10 * at, 20 * at + 480, 10 * at + 360)).quantize(128) for at in range(24)]
    return _bytes(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=50, loop=0)


def _still(canvas: Image.Image) -> Image.Image:
    return _cut(canvas, 1920, 1200, 0.1, 0.35)


_MAKERS: Mapping[str, Callable[[Image.Image], bytes]] = {
    "j1.jpg": lambda canvas: _jpeg(_cut(canvas, 2560, 1600, 0.02, 0.1), 90),
    "j2.jpg": lambda canvas: _jpeg(_photograph(canvas), 80),
    "j3.jpg": lambda canvas: _jpeg(_cut(canvas, 1680, 1050, 0.15, 0.2), 88),
    "j4.jpg": _large_progressive,
    "j5.jpg": lambda canvas: _jpeg(_photograph(canvas).resize((500, 408), Image.Resampling.LANCZOS), 85),
    "megabyte.jpg": lambda canvas: _closest(_cut(canvas, 2560, 1600, 0.02, 0.1), _MEGABYTE),
    "heavy.jpg": _heavy,
    "p1.png": _cutout,
    "large.jpg": lambda canvas: _jpeg(_cut(canvas, 4000, 3000, 0.2, 0.3), 85),
    "progressive.jpg": lambda canvas: _progressive(_cut(canvas, 4000, 3000, 0.2, 0.3)),
    "gray.jpg": lambda canvas: _jpeg(_photograph(canvas).convert("L"), 85),
    "cmyk.jpg": lambda canvas: _jpeg(_photograph(canvas).convert("CMYK"), 85),
    "rgb.png": lambda canvas: _bytes(_still(canvas), "PNG"),
    "gray.png": lambda canvas: _bytes(_still(canvas).convert("L"), "PNG"),
    "palette.png": lambda canvas: _bytes(_still(canvas).quantize(256), "PNG"),
    "photo.webp": lambda canvas: _bytes(_still(canvas), "WEBP", quality=80),
    "still.gif": lambda canvas: _bytes(_still(canvas).quantize(128), "GIF"),
    "frames.gif": _pan,
    "photo.avif": lambda canvas: _bytes(_still(canvas), "AVIF", quality=65, speed=8),
    "w1.webp": lambda canvas: _bytes(_cut(canvas, 4096, 4096, 0.5, 0.5), "WEBP", quality=80),
}
