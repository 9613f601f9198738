"""Draws the sample pictures beside it, the same ones every time.

.venv/bin/python samples/draw.py
"""

import math
import random
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

HERE = Path(__file__).parent
ORIENTATION = 0x0112
Pixels = NDArray[np.float64]


def meadow(width: int = 1200, height: int = 800) -> Image.Image:
    """A low sun over three ranges of hills: a photograph's smooth parts and its fine ones."""
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    pixels = _blend((58, 110, 175), (255, 214, 160), np.clip(y * 1.8, 0, 1))
    glow = np.exp(-(((x - 0.68) * 1.5) ** 2 + (y - 0.36) ** 2) / 0.012)
    pixels = _lay(pixels, (255, 244, 205), np.clip(glow * 1.6, 0, 1))
    for number, color in enumerate(((126, 140, 150), (84, 118, 92), (62, 104, 44))):
        ridge = (
            0.46 + 0.13 * number + 0.05 * np.sin(x * (5 + 3 * number) + number * 2) + 0.015 * np.sin(x * 31 + number)
        )
        pixels = _lay(pixels, color, np.clip((y - ridge) * height / 2, 0, 1))
    image = Image.fromarray(pixels.astype(np.uint8))
    _grow_grass(ImageDraw.Draw(image), width, height)
    return image


def _grow_grass(draw: ImageDraw.ImageDraw, width: int, height: int) -> None:
    dice = random.Random(7)
    for _ in range(2600):
        nearness = dice.random() ** 0.5
        left, bottom = dice.uniform(0, width), height * (0.78 + 0.26 * nearness)
        length, lean = 8 + 40 * nearness, dice.uniform(-9, 9)
        color = (dice.randint(40, 90), dice.randint(100, 170), dice.randint(20, 60))
        draw.line((left, bottom, left + lean, bottom - length), color, 1 + int(2 * nearness))
        if dice.random() < 0.06:
            petals = dice.choice(((250, 240, 240), (240, 190, 40), (200, 60, 80)))
            draw.ellipse((left + lean - 4, bottom - length - 4, left + lean + 4, bottom - length + 4), petals)


def bird(side: int = 600) -> Image.Image:
    """A round bird on nothing: soft edges, transparency, and a beak for smart crop to find."""
    canvas = Image.new("RGBA", (side * 2, side * 2))
    draw = ImageDraw.Draw(canvas)
    draw.ellipse((250, 300, 950, 1050), (214, 92, 62, 255))
    draw.ellipse((360, 520, 820, 1030), (250, 224, 190, 255))
    draw.pieslice((150, 450, 700, 900), 120, 250, (150, 58, 46, 255))
    draw.polygon([(900, 520), (1080, 590), (905, 640)], (245, 170, 40, 255))
    draw.ellipse((720, 440, 840, 560), (255, 255, 255, 255))
    draw.ellipse((765, 470, 830, 535), (30, 30, 40, 255))
    draw.line((520, 1040, 500, 1150), (120, 80, 40, 255), 18)
    draw.line((660, 1040, 680, 1150), (120, 80, 40, 255), 18)
    return canvas.resize((side, side), Image.Resampling.LANCZOS)


def sideways() -> Image.Image:
    """The meadow as a camera held upright would store it: turned, with a tag that says so."""
    return meadow(600, 400).transpose(Image.Transpose.ROTATE_90)


def waves(side: int = 160, frames: int = 12) -> list[Image.Image]:
    """A ring that grows: an animation of few colors."""
    drawn = []
    for number in range(frames):
        image = Image.new("RGB", (side, side), (18, 30, 60))
        draw = ImageDraw.Draw(image)
        for ring in range(4):
            radius = (side / 2) * ((ring + number / frames) / 4)
            box = (side / 2 - radius, side / 2 - radius, side / 2 + radius, side / 2 + radius)
            draw.ellipse(box, outline=(90 + 40 * ring, 190, 240 - 30 * ring), width=5)
        drawn.append(image.filter(ImageFilter.SMOOTH))
    return drawn


def framed() -> Image.Image:
    """A small meadow with a wide white border: for trim."""
    inner = meadow(360, 240)
    image = Image.new("RGB", (480, 360), "white")
    image.paste(inner, (60, 60))
    return image


def chart(width: int = 800, height: int = 500) -> str:
    """Bars under a curve, as SVG."""
    bars = "".join(_bar(n, height) for n in range(10))
    curve = " ".join(f"{60 + 7 * n},{height - 140 - 180 * abs(math.sin(n * 0.07)):.0f}" for n in range(100))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'{bars}<polyline points="{curve}" fill="none" stroke="#d4432f" stroke-width="5"/>'
        f'<path d="M40 {height - 58}H{width - 30}" stroke="#333" stroke-width="3"/></svg>\n'
    )


def _bar(number: int, height: int) -> str:
    size = round(90 + 240 * abs(math.sin(number * 0.7 + 0.4)))
    place = f'x="{60 + 70 * number}" y="{height - 60 - size}" width="46" height="{size}"'
    return f'<rect {place} rx="6" fill="hsl({200 + 12 * number},60%,50%)"/>'


def _blend(first: tuple[int, int, int], second: tuple[int, int, int], share: Pixels) -> Pixels:
    return np.array(first) * (1 - share[..., None]) + np.array(second) * share[..., None]


def _lay(under: Pixels, color: tuple[int, int, int], cover: Pixels) -> Pixels:
    return under * (1 - cover[..., None]) + np.array(color) * cover[..., None]


def main() -> None:
    """Write every sample."""
    meadow().save(HERE / "meadow.jpg", quality=82, progressive=True)
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    sideways().save(HERE / "sideways.jpg", quality=82, exif=exif)
    bird().quantize(128, Image.Quantize.FASTOCTREE).save(HERE / "bird.png", optimize=True)
    framed().save(HERE / "framed.jpg", quality=85)
    first, *others = waves()
    first.save(HERE / "waves.gif", save_all=True, append_images=others, duration=80, loop=0)
    (HERE / "chart.svg").write_text(chart(), "utf-8")


if __name__ == "__main__":
    main()
