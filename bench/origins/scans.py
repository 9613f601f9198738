"""The large source pictures, 8000x6000 and a long animation, made once from the photograph."""

import struct
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from bench.origins.pictures import base_picture

SIZE = (8000, 6000)
_FRAMES, _FRAME = 300, 500
_TILE = 256
_DEFLATE, _RGB, _DIFFERENCES = 8, 2, 2
# A change to how they are made has to change it.
_EDITION = "1"
_QUICK: Mapping[str, Any] = {"compress_level": 3}

Save = Callable[[Image.Image], bytes]


def make_scans(folder: Path, photo: Path | None, say: Callable[[str], None], size: tuple[int, int] = SIZE) -> None:
    """Make what is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp, mark = folder / "made-as", f"{_EDITION} {photo} {size}"
    is_new = not stamp.exists() or stamp.read_text("utf-8") != mark
    missing = [name for name in SCANS if is_new or not (folder / name).exists()]
    image = base_picture(photo).resize(size, Image.Resampling.BICUBIC) if missing else Image.new("RGB", (1, 1))
    for name in missing:
        say(f"making the source picture {name}")
        partial = folder / f"{name}.partial"
        partial.write_bytes(SCANS[name](image))
        partial.rename(folder / name)
    stamp.write_text(mark, "utf-8")


def _as(format_: str, mode: str = "RGB", **options: Any) -> Save:
    def save(image: Image.Image) -> bytes:
        body = BytesIO()
        (image if image.mode == mode else image.convert(mode)).save(body, format_, **options)
        return body.getvalue()

    return save


def _fading(image: Image.Image) -> bytes:
    """Opaque in its lower part."""
    alpha = Image.linear_gradient("L").resize(image.size).point([min(255, 3 * level) for level in range(256)])
    faded = image.copy()
    faded.putalpha(alpha)
    return _as("PNG", "RGBA", **_QUICK)(faded)


def _in_colors(format_: str, count: int) -> Save:
    def save(image: Image.Image) -> bytes:
        few = image.quantize(count, dither=Image.Dither.NONE, method=Image.Quantize.FASTOCTREE)
        return _as(format_, "P", **(_QUICK if format_ == "PNG" else {}))(few)

    return save


def _deep(image: Image.Image) -> bytes:
    """PNG of 16 bits, which Pillow writes of gray alone; the lower eight are noise of little."""
    levels = np.asarray(image).astype(np.uint16) * 257
    rows = np.zeros((image.height, 1 + image.width * 6), np.uint8)
    rows[:, 1:] = levels.astype(">u2").view(np.uint8).reshape(image.height, -1)
    # Filtered by what is to the left.
    rows[:, 0] = 1
    rows[:, 7:] -= rows[:, 1:-6].copy()
    head = struct.pack(">IIBBBBB", *image.size, 16, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows.tobytes(), 3)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in parts
    )


def _in_tiles(image: Image.Image) -> bytes:
    """TIFF in tiles of Deflate, of differences, which Pillow does not write."""
    width, height = image.size
    padded = np.pad(np.asarray(image), ((0, -height % _TILE), (0, -width % _TILE), (0, 0)))
    tiles = []
    for top in range(0, height, _TILE):
        for left in range(0, width, _TILE):
            tile = padded[top : top + _TILE, left : left + _TILE].copy()
            tile[:, 1:] -= tile[:, :-1].copy()
            tiles.append(zlib.compress(tile.tobytes(), 6))
    count, body = len(tiles), b"".join(tiles)
    body += bytes(len(body) % 2)
    offsets = np.cumsum([8, *map(len, tiles[:-1])])
    at = 8 + len(body)
    arrays = struct.pack(f"<{2 * count}I3H", *offsets, *map(len, tiles), 8, 8, 8)
    tags = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 3, at + 8 * count), (259, 3, 1, _DEFLATE)]
    tags += [(262, 3, 1, _RGB), (277, 3, 1, 3), (284, 3, 1, 1), (317, 3, 1, _DIFFERENCES)]
    tags += [(322, 3, 1, _TILE), (323, 3, 1, _TILE), (324, 4, count, at), (325, 4, count, at + 4 * count)]
    entries = b"".join(struct.pack("<HHII", *each) for each in tags)
    directory = struct.pack("<H", len(tags)) + entries + bytes(4)
    return struct.pack("<2sHI", b"II", 42, at + len(arrays)) + body + arrays + directory


def _moving(image: Image.Image) -> bytes:
    """A window that goes over the photograph."""
    small = image.resize((1600, 1200))
    windows = ((20 + 3 * number, 10 + 2 * number) for number in range(_FRAMES))
    frames = [
        small.crop((left, top, left + _FRAME, top + _FRAME)).quantize(128, method=Image.Quantize.FASTOCTREE)
        for left, top in windows
    ]
    options = {"append_images": frames[1:], "save_all": True, "duration": 40, "loop": 0, "optimize": False}
    return _as("GIF", "P", **options)(frames[0])


SCANS: Mapping[str, Save] = {
    "rgb.png": _as("PNG", **_QUICK),
    "rgba.png": _fading,
    "gray.png": _as("PNG", "L", **_QUICK),
    "palette.png": _in_colors("PNG", 256),
    "deep.png": _deep,
    "strips.tiff": _as("TIFF", compression="tiff_lzw"),
    "tiles.tiff": _in_tiles,
    "still.gif": _in_colors("GIF", 64),
    "progressive.jpg": _as("JPEG", quality=80, progressive=True),
    "small.jpg": lambda image: _as("JPEG", quality=80)(image.resize((800, 600))),
    "frames.gif": _moving,
}
