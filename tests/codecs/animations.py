"""Animations of four kinds, drawn by formula: flat graphics, dithered photographs, screens, and transparency.

Twelve of them are here, and twelve in recordings.py.
"""

import io
import math
import random
from collections.abc import Callable, Mapping, Sequence

from PIL import Image, ImageDraw, ImageFont

from samples.draw import bird, meadow, waves
from tests.codecs.recordings import RECORDINGS

_SIDE, _FRAMES = (240, 160), 10
_DELAY_MS = 80
_INK, _PAPER, _CLEAR = (32, 36, 44), (250, 250, 246), (0, 0, 0, 0)
_KEEP, _BACKGROUND, _PREVIOUS = 1, 2, 3

Frames = Sequence[Image.Image]


def rings() -> bytes:
    """Rings that grow, with soft edges: each frame differs nearly everywhere, in few colors."""
    return _file([each.quantize(64, dither=Image.Dither.NONE) for each in waves(160, _FRAMES)])


def chart() -> bytes:
    """Bars that grow, with names below them."""
    return _file([_quantized(_chart(at), 32) for at in range(_FRAMES)])


def spinner() -> bytes:
    """Dots that turn, each of its own gray, drawn large and made smaller."""
    return _file([_quantized(_spinner(at), 32) for at in range(12)])


def pan() -> bytes:
    """A photograph that moves past, dithered in one palette for all frames."""
    scene = meadow(420, 200)
    parts = [scene.crop((4 * at, 20, 4 * at + _SIDE[0], 20 + _SIDE[1])) for at in range(_FRAMES)]
    palette = _strip(parts).quantize(256, method=Image.Quantize.MEDIANCUT)
    return _file([each.quantize(palette=palette) for each in parts])


def zoom() -> bytes:
    """A photograph that comes nearer, each frame dithered in a palette of its own."""
    scene, drawn = meadow(600, 400), []
    for at in range(_FRAMES):
        scale = 1 - 0.05 * at
        width, height = 600 * scale, 400 * scale
        box = ((600 - width) * 0.68, (400 - height) * 0.4)
        part = scene.resize(_SIDE, Image.Resampling.LANCZOS, (*box, box[0] + width, box[1] + height))
        drawn.append(_quantized(part, 256, Image.Dither.FLOYDSTEINBERG))
    return _file(drawn)


def dusk() -> bytes:
    """A photograph that gets dark: colors of one frame are not those of another."""
    scene, night = meadow(*_SIDE), Image.new("RGB", _SIDE, (16, 18, 44))
    shown = [Image.blend(scene, night, at / _FRAMES) for at in range(_FRAMES)]
    return _file([_quantized(each, 256, Image.Dither.FLOYDSTEINBERG) for each in shown])


def typing() -> bytes:
    """A text that is typed, in a window."""
    text = "def area(radius):\n    return pi * radius ** 2\n\nprint(area(7))"
    return _file([_quantized(_window(text[: 3 + 5 * at]), 16) for at in range(12)])


def scrolling() -> bytes:
    """A list that is scrolled: most of it moves."""
    dice = random.Random(3)
    lines = [f"{dice.randrange(24):02}:{dice.randrange(60):02} GET /img/{dice.randrange(9999)}" for _ in range(60)]
    return _file([_quantized(_window("\n".join(lines[at : at + 11])), 16) for at in range(_FRAMES)])


def pointer() -> bytes:
    """A pointer that crosses a desk with a photograph on it."""
    desk = meadow(*_SIDE)
    desk.paste(_window("report.txt").resize((120, 80)), (12, 60))
    palette = desk.quantize(250, method=Image.Quantize.MEDIANCUT)
    drawn = []
    for at in range(12):
        frame = desk.copy()
        x, y = 30 + 15 * at, 130 - 9 * at
        tip = [(x, y), (x, y + 14), (x + 4, y + 10), (x + 10, y + 10)]
        ImageDraw.Draw(frame).polygon(tip, (255, 255, 255), (0, 0, 0))
        drawn.append(frame.quantize(palette=palette))
    return _file(drawn)


def ball() -> bytes:
    """A ball that bounces on nothing; each frame is cleared."""
    drawn = []
    for at in range(12):
        frame = Image.new("RGBA", (160, 160), _CLEAR)
        top = 100 - round(90 * abs(math.sin(math.pi * at / 12)))
        left = 8 + 8 * at
        ImageDraw.Draw(frame).ellipse((left, top, left + 48, top + 48), (220, 60, 50, 255), (90, 20, 20, 255), 3)
        drawn.append(frame)
    return _file(drawn, _BACKGROUND)


def sprite() -> bytes:
    """A bird that nods, of many colors."""
    drawn = []
    for at in range(_FRAMES):
        turned = _bird().rotate(12 * math.sin(math.tau * at / _FRAMES), Image.Resampling.BICUBIC)
        solid = turned.getchannel("A").point(lambda level: 255 if level > 127 else 0)
        turned.putalpha(solid)
        drawn.append(turned)
    return _file(drawn, _BACKGROUND)


def overlay() -> bytes:
    """A picture with a hole, and a mark on it that comes and goes: what was there before is restored."""
    base = _bird()
    base.putalpha(base.getchannel("A").point(lambda level: 255 if level > 127 else 0))
    drawn = []
    for at in range(_FRAMES):
        frame = base.copy()
        if at:
            ImageDraw.Draw(frame).rectangle((10 + 12 * at, 70, 34 + 12 * at, 94), (30, 90, 200, 255))
        drawn.append(frame)
    return _file(drawn, _PREVIOUS)


ANIMATIONS: Mapping[str, Callable[[], bytes]] = {
    **{
        each.__name__: each
        for each in (rings, chart, spinner, pan, zoom, dusk, typing, scrolling, pointer, ball, sprite, overlay)
    },
    **RECORDINGS,
}


def _chart(at: int) -> Image.Image:
    image = Image.new("RGB", _SIDE, _PAPER)
    draw = ImageDraw.Draw(image)
    for number, color in enumerate(((214, 76, 60), (64, 132, 214), (240, 180, 40), (84, 168, 104), (140, 92, 190))):
        height = round((40 + 14 * number) * (1 - math.cos(math.pi * (at + 1) / _FRAMES)) / 2)
        left = 24 + 40 * number
        draw.rectangle((left, 130 - height, left + 28, 130), color)
        draw.text((left + 4, 136), f"Q{number}", _INK, ImageFont.load_default_imagefont())
    draw.line((16, 131, 230, 131), _INK, 2)
    return image


def _spinner(at: int) -> Image.Image:
    image = Image.new("RGB", (480, 480), (255, 255, 255))
    draw = ImageDraw.Draw(image)
    for number in range(12):
        angle, gray = math.tau * number / 12, 40 + 18 * ((at - number) % 12)
        x, y = 240 + 170 * math.cos(angle), 240 + 170 * math.sin(angle)
        draw.ellipse((x - 36, y - 36, x + 36, y + 36), (gray, gray, min(255, gray + 30)))
    return image.resize((120, 120), Image.Resampling.LANCZOS)


def _window(text: str) -> Image.Image:
    image = Image.new("RGB", _SIDE, (222, 226, 232))
    draw = ImageDraw.Draw(image)
    draw.rectangle((8, 8, 232, 152), _PAPER, (120, 126, 138))
    draw.rectangle((8, 8, 232, 22), (70, 110, 180))
    for number, color in enumerate(((240, 90, 80), (240, 190, 60), (90, 200, 90))):
        draw.ellipse((12 + 11 * number, 11, 19 + 11 * number, 18), color)
    draw.multiline_text((16, 28), text, _INK, ImageFont.load_default_imagefont(), spacing=1)
    return image


def _bird() -> Image.Image:
    return bird().resize((160, 160), Image.Resampling.LANCZOS)


def _strip(parts: Frames) -> Image.Image:
    strip = Image.new("RGB", (_SIDE[0], _SIDE[1] * len(parts)))
    for at, part in enumerate(parts):
        strip.paste(part, (0, _SIDE[1] * at))
    return strip


def _quantized(image: Image.Image, colors: int, dither: Image.Dither = Image.Dither.NONE) -> Image.Image:
    reduced = image.quantize(colors, method=Image.Quantize.MEDIANCUT)
    return image.quantize(palette=reduced, dither=dither) if dither else reduced


def _file(drawn: Frames, disposal: int = _KEEP) -> bytes:
    buffer = io.BytesIO()
    drawn[0].save(buffer, "GIF", save_all=True, append_images=drawn[1:], duration=_DELAY_MS, loop=0, disposal=disposal)
    return buffer.getvalue()
