"""Palettes, interlaced PNG, icons, TIFF and BMP beside imgproxy's: `python -m tests.codecs.stills [IMGPROXY]`.

As tests.codecs.against does it of animations; a program that is named is asked anew, and stills.json written.
"""

import io
import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from bench.servers.ssim import ssim
from imgsvc.codecs.settings import EncodeSettings
from imgsvc.imaging.decision import Rules
from samples.draw import bird, meadow
from tests.codecs.against import Figures, imgproxy, name_of, say
from tests.codecs.animations import ANIMATIONS
from tests.images import gradient
from tests.renderers import renderer, rendition

RECORDED = Path(__file__).with_name("stills.json")
# As they are, and smaller; an icon has no more than 256 pixels a side.
SIZES = (0, 150)
_INK, _PAPER = (32, 36, 44), (250, 250, 246)


class Kind(NamedTuple):
    """What is written, and by which settings of both servers."""

    word: str
    settings: EncodeSettings = EncodeSettings()
    environment: Mapping[str, str] = MappingProxyType({})
    is_indexed: bool = False


KINDS = {
    "palette": Kind("png", is_indexed=True),
    "quantized": Kind("png", EncodeSettings(png_quantize=True), {"IMGPROXY_PNG_QUANTIZE": "true"}),
    "sixteen": Kind(
        "png",
        EncodeSettings(png_quantize=True, png_quantization_colors=16),
        {"IMGPROXY_PNG_QUANTIZE": "true", "IMGPROXY_PNG_QUANTIZATION_COLORS": "16"},
    ),
    "interlaced": Kind("png", EncodeSettings(png_interlaced=True), {"IMGPROXY_PNG_INTERLACED": "true"}),
    "icon": Kind("ico"),
    "tiff": Kind("tiff"),
    "bmp": Kind("bmp"),
}


def _text() -> Image.Image:
    image = Image.new("RGB", (240, 200), _PAPER)
    draw, font = ImageDraw.Draw(image), ImageFont.load_default_imagefont()
    for line in range(16):
        draw.text((6, 4 + 12 * line), f"{line:2} area({line * 7919 % 1000}) = pi * r ** 2", _INK, font)
    return image


def _mixed() -> Image.Image:
    image = _text()
    image.paste(meadow(120, 80), (100, 100))
    return image


def _frame(animation: str) -> Image.Image:
    return Image.open(io.BytesIO(ANIMATIONS[animation]())).convert("RGB")


PICTURES: Mapping[str, Callable[[], Image.Image]] = {
    "photograph": lambda: meadow(240, 160),
    "gray": lambda: meadow(240, 160).convert("L"),
    "drawing": lambda: bird(200),
    "text": _text,
    "mixed": _mixed,
    "fading": lambda: Image.merge(
        "RGB", (gradient(256, 200), gradient(200, 256).transpose(Image.Transpose.ROTATE_90), gradient(256, 200))
    ),
    "screen": lambda: _frame("dialog"),
    "plot": lambda: _frame("plot"),
}


def recorded() -> dict[str, Figures]:
    """What imgproxy made."""
    return {name: Figures(*each) for name, each in json.loads(RECORDED.read_text("ascii")).items()}


def made(folder: Path, picture: str, size: int, word: str) -> bytes:
    """What imgsvc makes of a picture; `word` is one of KINDS."""
    _put(folder, picture, KINDS[word])
    made_by = renderer(folder, rules=Rules(encoding=KINDS[word].settings))
    return rendition(made_by, f"/_{_path(picture, size, word)}").body


def figures(picture: str, body: bytes) -> Figures:
    """How a file made of it comes out."""
    shown, wanted = Image.open(io.BytesIO(body)).convert("RGBA"), PICTURES[picture]().convert("RGBA").convert("RGBa")
    if wanted.size != shown.size:
        wanted = wanted.resize(shown.size, Image.Resampling.LANCZOS)
    return Figures(len(body), ssim(shown, wanted.convert("RGBA")))


def _put(folder: Path, picture: str, kind: Kind) -> None:
    image = PICTURES[picture]()
    if kind.is_indexed:
        image = image.convert("RGBA" if "A" in image.mode else "RGB").quantize(256, Image.Quantize.FASTOCTREE)
    image.save(folder / f"{picture}.png")


def _path(picture: str, size: int, word: str) -> str:
    return f"/rs:fit:{size}:{size}/plain/local:///{picture}.png@{KINDS[word].word}"


def _record(binary: Path, folder: Path) -> None:
    found = {}
    for word, kind in KINDS.items():
        for picture in PICTURES:
            _put(folder, picture, kind)
        with imgproxy(binary, folder, kind.environment) as ask:
            for picture in PICTURES:
                for size in SIZES:
                    body = ask("/_" + _path(picture, size, word))
                    found[name_of(picture, size, word)] = figures(picture, body)
    RECORDED.write_text(json.dumps(found, indent=1) + "\n", "ascii")


def _compare(folder: Path) -> None:
    beside = recorded()
    for word in KINDS:
        for picture in PICTURES:
            for size in SIZES:
                name = name_of(picture, size, word)
                say(name, figures(picture, made(folder, picture, size, word)), beside[name])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        if sys.argv[1:]:
            _record(Path(sys.argv[1]).resolve(), Path(place))
        _compare(Path(place))
