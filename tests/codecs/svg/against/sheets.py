"""Pairs of pictures on sheets, to be looked at."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

PAIRS_A_ROW, PAIRS_A_SHEET = 4, 24
_CAPTION = 14
_GAP = 6


def write_sheets(folder: Path, pairs: Sequence[tuple[str, Image.Image, Image.Image]], side: int) -> list[Path]:
    """A PNG for every so many pairs, each under its caption: whose word counts at the left, imgsvc at the right."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for start in range(0, len(pairs), PAIRS_A_SHEET):
        written.append(folder / f"sheet-{len(written)}.png")
        _sheet(pairs[start : start + PAIRS_A_SHEET], side).save(written[-1])
    return written


def _sheet(pairs: Sequence[tuple[str, Image.Image, Image.Image]], side: int) -> Image.Image:
    width, height = 2 * side + 2 * _GAP, side + _CAPTION + _GAP
    rows = -(-len(pairs) // PAIRS_A_ROW)
    sheet = Image.new("RGB", (PAIRS_A_ROW * width, rows * height), "#888")
    pen = ImageDraw.Draw(sheet)
    for number, (caption, *pictures) in enumerate(pairs):
        x, y = number % PAIRS_A_ROW * width, number // PAIRS_A_ROW * height
        pen.text((x + 2, y + 1), caption[-(2 * side) // 7 :])
        for picture in pictures:
            sheet.paste(_on_white(picture), (x, y + _CAPTION))
            x += side + 2
    return sheet


def _on_white(picture: Image.Image) -> Image.Image:
    white = Image.new("RGBA", picture.size, "white")
    return Image.alpha_composite(white, picture.convert("RGBA")).convert("RGB")
