"""Twelve more animations of those four kinds, with soft edges, fades and noise, as recorders and artists leave them."""

import io
import math
import random
from collections.abc import Callable, Mapping, Sequence
from functools import cache

import numpy
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from samples.draw import bird, meadow

_SIDE = (240, 160)
_DELAY_MS = 80
_KEEP, _BACKGROUND = 1, 2
_DARK, _LIGHT = (30, 34, 42), (248, 248, 250)
# Drawn so much larger, so that edges are soft.
_FINE = 4
# By 8x8, as ffmpeg's `bayer` adds it.
_DOTS = (-24, 24)

Frames = Sequence[Image.Image]


def orbits() -> bytes:
    """Soft balls on a gradient, which pass each other."""
    drawn = []
    for at in range(12):
        image = _gradient(_SIDE, (28, 60, 120), (220, 120, 90))
        for number, color in enumerate(((250, 220, 120), (120, 230, 210), (240, 110, 160))):
            angle = math.tau * (at / 12 + number / 3)
            center = (120 + 78 * math.cos(angle), 80 + 44 * math.sin(angle))
            _disc(image, center, 14 + 6 * number, color)
        drawn.append(image)
    return _file([_quantized(each, 256) for each in drawn])


def plot() -> bytes:
    """A curve that is drawn from left to right over a grid, with soft edges."""
    drawn = []
    for at in range(12):
        image = _canvas(_LIGHT)
        draw = ImageDraw.Draw(image)
        for line in range(1, 8):
            draw.line((0, 80 * line, 960, 80 * line), (224, 226, 232), 3)
        for color, phase in (((34, 120, 200), 0.0), ((220, 80, 50), 1.4)):
            points = [(x, 320 - 200 * math.sin(x / 140 + phase) * math.cos(x / 390)) for x in range(0, 80 * at + 84, 4)]
            draw.line(points, color, 10, joint="curve")
        drawn.append(_finished(image))
    return _file(_in_one_palette(drawn, 64))


def banner() -> bytes:
    """Words that fade in and out on a colored ground."""
    drawn = []
    for at in range(12):
        image = _gradient(_SIDE, (250, 90, 60), (250, 180, 60))
        seen = 0.5 - 0.5 * math.cos(math.tau * at / 12)
        shown = image.copy()
        shown.paste((255, 255, 255), (20, 50), _words("SUMMER SALE", 3).point(lambda level, s=seen: round(level * s)))
        shown.paste((90, 20, 40), (40, 100), _words(f"-{5 * at}%", 2))
        drawn.append(shown)
    return _file([_quantized(each, 128) for each in drawn])


def video() -> bytes:
    """A walk through a meadow, with a sensor's noise, in one palette and ordered dots."""
    scene, parts = meadow(360, 220), []
    for at in range(10):
        left, top = 6 * at, 24 + 10 * math.sin(at)
        part = scene.resize(_SIDE, Image.Resampling.BICUBIC, (left, top, left + 240, top + 160))
        parts.append(_noisy(part, 4, at))
    return _file(_in_one_palette(parts, 256, is_dotted=True))


def crossfade() -> bytes:
    """One photograph that becomes another, each frame dithered in its own palette."""
    one, other = meadow(*_SIDE), meadow(480, 320).transpose(Image.Transpose.FLIP_LEFT_RIGHT).crop((60, 120, 300, 280))
    other = ImageChops.multiply(other, Image.new("RGB", _SIDE, (255, 200, 170)))
    return _file([_quantized(Image.blend(one, other, at / 9), 256, Image.Dither.FLOYDSTEINBERG) for at in range(10)])


def cinemagraph() -> bytes:
    """A photograph in which one thing moves, dithered once for all."""
    still, small, drawn = meadow(*_SIDE), bird().resize((64, 64), Image.Resampling.LANCZOS), []
    for at in range(12):
        frame = still.copy()
        soft = small.rotate(9 * math.sin(math.tau * at / 12), Image.Resampling.BICUBIC)
        frame.paste(soft, (150, 70 + round(5 * math.cos(math.tau * at / 12))), soft)
        drawn.append(frame)
    return _file(_in_one_palette(drawn, 256))


def terminal() -> bytes:
    """Smooth text that is typed on a dark ground in colors of syntax, and a cursor that blinks."""
    typed = "$ make check\ncompiling core ... ok\ncompiling web ... ok\n14 passed, 1 failed\n$ git diff"
    return _file([_quantized(_screen(typed[: 4 + 7 * at], cursor=at % 3 != 2), 32) for at in range(13)])


def reading() -> bytes:
    """A page with a photograph that is scrolled, smooth text beside it."""
    page = Image.new("RGB", (240, 420), _LIGHT)
    page.paste(meadow(180, 110), (30, 120))
    dice = random.Random(5)
    for line in range(20):
        words = " ".join("".join(dice.choices("aeinorstlm", k=dice.randint(2, 7))) for _ in range(5))
        if not 110 < 14 + 19 * line < 236:
            page.paste((50, 54, 60), (20, 14 + 19 * line), _words(words[:32], 1))
    return _file([_quantized(page.crop((0, 24 * at, 240, 24 * at + 160)), 128) for at in range(10)])


def dialog() -> bytes:
    """A window that opens over a desk with a shadow below it."""
    desk, drawn = _gradient(_SIDE, (36, 52, 94), (132, 92, 150)), []
    for at in range(12):
        frame, grown = desk.copy(), min(1.0, (at + 1) / 8)
        width, height = round(150 * grown), round(90 * grown)
        box = (120 - width // 2, 80 - height // 2, 120 + width // 2, 80 + height // 2)
        shadow = Image.new("L", _SIDE)
        ImageDraw.Draw(shadow).rectangle((box[0], box[1] + 6, box[2], box[3] + 6), round(150 * grown))
        frame.paste((0, 0, 0), (0, 0), shadow.filter(ImageFilter.GaussianBlur(5)))
        ImageDraw.Draw(frame).rectangle(box, (246, 246, 248), (190, 190, 198))
        if at > 6:
            frame.paste(_DARK, (60, 60), _words("Save changes?", 2))
        drawn.append(frame)
    return _file([_quantized(each, 256) for each in drawn])


def walker() -> bytes:
    """A figure of large pixels that walks, on nothing."""
    drawn, colors = [], ((40, 30, 60), (220, 170, 130), (200, 60, 60), (60, 90, 190))
    for at in range(8):
        small = Image.new("RGBA", (20, 20))
        draw = ImageDraw.Draw(small)
        step, lift = (at % 4) - 1, at % 2
        draw.rectangle((7, 2 - lift + 1, 12, 7 - lift + 1), (*colors[1], 255), (*colors[0], 255))
        draw.rectangle((6, 9 - lift, 13, 14 - lift), (*colors[2], 255), (*colors[0], 255))
        draw.rectangle((7 - step, 15 - lift, 8 - step, 18), (*colors[3], 255))
        draw.rectangle((11 + step, 15 - lift, 12 + step, 18), (*colors[3], 255))
        draw.point((11, 5 - lift), (*colors[0], 255))
        drawn.append(small.resize((160, 160), Image.Resampling.NEAREST))
    return _file(drawn, _BACKGROUND)


def sticker() -> bytes:
    """A face with soft shades that swings and grows, cut out with a white edge."""
    drawn = []
    for at in range(12):
        face = _face().rotate(14 * math.sin(math.tau * at / 12), Image.Resampling.BICUBIC)
        side = 150 + round(14 * math.sin(math.tau * at / 6))
        frame = Image.new("RGBA", (180, 180))
        small = face.resize((side, side), Image.Resampling.LANCZOS)
        frame.paste(small, ((180 - side) // 2, (180 - side) // 2))
        drawn.append(_cut_out(frame))
    return _file(drawn, _BACKGROUND)


def sparks() -> bytes:
    """Many small stars that come and go, on nothing."""
    dice, drawn = random.Random(11), []
    stars = [(dice.randrange(10, 170), dice.randrange(10, 170), dice.randrange(12)) for _ in range(60)]
    for at in range(12):
        frame = Image.new("RGBA", (180, 180))
        draw = ImageDraw.Draw(frame)
        for x, y, begins in stars:
            age = (at - begins) % 12
            if age < 6:
                ray, color = 1 + abs(3 - age), (255, 240 - 30 * age, 90 + 20 * age, 255)
                draw.line((x - ray, y, x + ray, y), color)
                draw.line((x, y - ray, x, y + ray), color)
        drawn.append(frame)
    return _file(drawn, _BACKGROUND)


RECORDINGS: Mapping[str, Callable[[], bytes]] = {
    each.__name__: each
    for each in (
        *(orbits, plot, banner, video, crossfade, cinemagraph),
        *(terminal, reading, dialog, walker, sticker, sparks),
    )
}


def _canvas(color: tuple[int, int, int]) -> Image.Image:
    return Image.new("RGB", (_SIDE[0] * _FINE, _SIDE[1] * _FINE), color)


def _finished(image: Image.Image) -> Image.Image:
    return image.resize((image.width // _FINE, image.height // _FINE), Image.Resampling.LANCZOS)


def _gradient(size: tuple[int, int], one: tuple[int, int, int], other: tuple[int, int, int]) -> Image.Image:
    ramp = Image.linear_gradient("L").resize(size)
    return Image.composite(Image.new("RGB", size, other), Image.new("RGB", size, one), ramp)


def _disc(image: Image.Image, center: tuple[float, float], radius: int, color: tuple[int, int, int]) -> None:
    mask = Image.new("L", (image.width * _FINE, image.height * _FINE))
    left, top, far = center[0] * _FINE, center[1] * _FINE, radius * _FINE
    ImageDraw.Draw(mask).ellipse((left - far, top - far, left + far, top + far), 255)
    image.paste(color, (0, 0), _finished(mask))


def _words(text: str, scale: int) -> Image.Image:
    """As a mask, with soft edges: Pillow-SIMD is built without fonts of its own."""
    font = ImageFont.load_default_imagefont()
    right, bottom = (round(each) for each in font.getbbox(text)[2:])
    mask = Image.new("L", (right + 2, bottom + 2))
    ImageDraw.Draw(mask).text((1, 1), text, 255, font)
    size = (round(mask.width * scale * 1.1), round(mask.height * scale * 1.1))
    return mask.resize(size, Image.Resampling.BICUBIC)


def _screen(text: str, *, cursor: bool) -> Image.Image:
    image = Image.new("RGB", _SIDE, _DARK)
    lines = text.split("\n")
    for number, line in enumerate(lines):
        color = (120, 220, 140) if line.startswith("$") else (240, 120, 110) if "failed" in line else (210, 214, 222)
        if line:
            image.paste(color, (10, 12 + 22 * number), _words(line, 1))
    if cursor:
        left = 12 + round(6.6 * len(lines[-1]))
        image.paste((230, 230, 90), (left, 12 + 22 * (len(lines) - 1), left + 7, 26 + 22 * (len(lines) - 1)))
    return image


def _noisy(image: Image.Image, levels: float, seed: int) -> Image.Image:
    noise = numpy.random.default_rng(seed).normal(0, levels, (image.height, image.width, 3))
    return Image.fromarray((numpy.asarray(image) + noise).clip(0, 255).astype(numpy.uint8))


@cache
def _face() -> Image.Image:
    image = Image.new("RGBA", (600, 600))
    draw = ImageDraw.Draw(image)
    draw.ellipse((40, 40, 560, 560), (255, 255, 255, 255))
    for ring in range(60):
        draw.ellipse((60 + ring, 60 + ring, 540 - 2 * ring, 540 - 2 * ring), (255, 170 + ring, 30 + 2 * ring, 255))
    for left in (190, 340):
        draw.ellipse((left, 200, left + 60, 290), (70, 40, 20, 255))
    draw.chord((180, 260, 420, 460), 10, 170, (140, 40, 30, 255))
    return image


def _cut_out(image: Image.Image) -> Image.Image:
    image.putalpha(image.getchannel("A").point(lambda level: 255 if level > 127 else 0))
    return image


def _quantized(image: Image.Image, colors: int, dither: Image.Dither = Image.Dither.NONE) -> Image.Image:
    reduced = image.quantize(colors, method=Image.Quantize.MEDIANCUT)
    return image.quantize(palette=reduced, dither=dither) if dither else reduced


def _in_one_palette(drawn: Frames, colors: int, *, is_dotted: bool = False) -> Frames:
    strip = Image.new("RGB", (drawn[0].width, drawn[0].height * len(drawn)))
    for at, part in enumerate(drawn):
        strip.paste(part, (0, part.height * at))
    palette = strip.quantize(colors, method=Image.Quantize.MEDIANCUT)
    if not is_dotted:
        return [each.quantize(palette=palette, dither=Image.Dither.NONE) for each in drawn]
    return [_dotted(each).quantize(palette=palette, dither=Image.Dither.NONE) for each in drawn]


def _dotted(image: Image.Image) -> Image.Image:
    """With an ordered pattern on it, which stays where it is from frame to frame."""
    order = numpy.zeros((1, 1))
    for _ in range(3):
        order = numpy.block([[4 * order, 4 * order + 2], [4 * order + 3, 4 * order + 1]])
    pattern = numpy.interp(order, (0, 63), _DOTS)
    tiled = numpy.tile(pattern, (image.height // 8, image.width // 8))
    return Image.fromarray((numpy.asarray(image) + tiled[..., None]).clip(0, 255).astype(numpy.uint8))


def _file(drawn: Frames, disposal: int = _KEEP) -> bytes:
    buffer = io.BytesIO()
    drawn[0].save(buffer, "GIF", save_all=True, append_images=drawn[1:], duration=_DELAY_MS, loop=0, disposal=disposal)
    return buffer.getvalue()
