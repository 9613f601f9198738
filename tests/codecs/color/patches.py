"""Pictures of ten patches in colors that no profile says, and what Chromium shows of them on a screen of sRGB.

`python -m tests.codecs.color.patches` asks it, and writes chromium.json anew; what stands there is Chromium 156's.
What has 10 bits is of avifenc 0.11.1: `avifenc -d 10 -y 420 --cicp 9/16/9 -s 4 --min 0 --max 4` of `patches`, and of
the PNG of 16 bits at the edge.
"""

import json
import struct
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy
from PIL import Image

from tests.codecs.heif.files import avif, picture
from tests.codecs.jxl.files import CINEMA, HLG, LINEAR, PQ, TELEVISION, Kind, still
from tests.codecs.png.files import chunk, samples

RECORDED = Path(__file__).with_name("chromium.json")
COLORS = (
    (0, 0, 0), (40, 40, 40), (90, 80, 70), (120, 110, 100), (128, 128, 128),
    (148, 140, 130), (150, 90, 60), (80, 130, 70), (70, 90, 150), (180, 180, 175),
)  # fmt: skip
# In PQ and BT.2020 as dark in one of their colors as sRGB has them, or beyond.
EDGES = (
    (134, 161, 110), (153, 178, 146), (160, 185, 159), (125, 146, 153), (140, 165, 142),
    (137, 164, 86), (146, 171, 120), (113, 154, 79), (142, 186, 140), (156, 75, 156),
)  # fmt: skip
SIDE = 16
Colors = Sequence[tuple[int, ...]]


def patches(colors: Colors = COLORS) -> Image.Image:
    """One beside the other."""
    image = Image.new("RGB", (SIDE * len(colors), SIDE))
    for at, color in enumerate(colors):
        image.paste(color, (SIDE * at, 0, SIDE * at + SIDE, SIDE))
    return image


def middles(image: Image.Image) -> list[tuple[int, ...]]:
    """The color in the middle of each patch."""
    row = numpy.asarray(image.convert("RGB"))[SIDE // 2, SIDE // 2 :: SIDE]
    return [tuple(color) for color in row.tolist()]


def _png(*chunks: bytes, is_gray: bool = False, colors: Colors = COLORS, depth: int = 8) -> bytes:
    pixels = [[color[1:2] if is_gray else color for color in colors for _ in range(SIDE)]] * SIDE
    return samples(pixels, *chunks, depth=depth, color_type=0 if is_gray else 2)


def _cicp(primaries: int, curve: int) -> bytes:
    return chunk(b"cICP", bytes((primaries, curve, 0, 1)))


def _gamma(encoding: int) -> bytes:
    return chunk(b"gAMA", struct.pack(">I", encoding))


def _primaries(*numbers: float) -> bytes:
    return chunk(b"cHRM", struct.pack(">8I", *(round(each * 100_000) for each in numbers)))


def _avif(primaries: int, curve: int, *more: tuple[bytes, bytes]) -> bytes:
    colors = b"colr", b"nclx" + struct.pack(">HHHB", primaries, curve, 6, 0x80)
    return avif(picture(patches(), quality=100).said(colors, *more))


_OF_SRGB = (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
_OF_P3 = (0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06)
_MASTERING = struct.pack(">8HII", 34_000, 16_000, 13_250, 34_500, 7_500, 3_000, 15_635, 16_450, 40_000_000, 50)

# Between two levels of eight bits.
_FINE_EDGES = [tuple(257 * level + 100 for level in color) for color in EDGES]

FILES = {
    "PNG, PQ at the edge": _png(_cicp(9, 16), colors=EDGES),
    "PNG, PQ of 16 bits at the edge": _png(_cicp(9, 16), colors=_FINE_EDGES, depth=16),
    "PNG, PQ in Display P3 at the edge": _png(_cicp(12, 16), colors=EDGES),
    "PNG, HLG of 16 bits at the edge": _png(_cicp(9, 18), colors=_FINE_EDGES, depth=16),
    "AVIF, PQ of 10 bits at the edge": Path(__file__).with_name("pq-edges-10-bits.avif").read_bytes(),
    "JPEG XL, PQ at the edge": still(patches(EDGES), Kind(transfer=PQ)),
    "PNG, PQ": _png(_cicp(9, 16)),
    "PNG, PQ in Display P3": _png(_cicp(12, 16)),
    "PNG, PQ up to 400": _png(_cicp(9, 16), chunk(b"cLLI", struct.pack(">II", 4_000_000, 1_000_000))),
    "PNG, PQ made on 4000": _png(_cicp(9, 16), chunk(b"mDCV", _MASTERING)),
    "PNG, HLG": _png(_cicp(9, 18)),
    "PNG, gray PQ": _png(_cicp(9, 16), is_gray=True),
    "PNG, Display P3": _png(_cicp(12, 13)),
    "PNG, BT.2020 of television": _png(_cicp(9, 1)),
    "PNG, BT.2020 of light": _png(_cicp(9, 8)),
    "PNG, DCI-P3": _png(_cicp(11, 17)),
    "PNG, numbers nobody knows": _png(_cicp(9, 99)),
    "PNG, numbers of YCbCr": _png(chunk(b"cICP", bytes((12, 13, 0, 0)))),
    "PNG, gamma 1": _png(_gamma(100_000)),
    "PNG, gray of gamma 1": _png(_gamma(100_000), is_gray=True),
    "PNG, gamma 2.2": _png(_gamma(45_455)),
    "PNG, gamma 2.2 and primaries": _png(_gamma(45_455), _primaries(*_OF_SRGB)),
    "PNG, gamma 1.8 of Display P3": _png(_gamma(55_556), _primaries(*_OF_P3)),
    "PNG, gamma 1 and no triangle": _png(_gamma(100_000), _primaries(*[0.1] * 8)),
    "PNG, primaries alone": _png(_primaries(*_OF_P3)),
    "PNG, gamma 1 and sRGB": _png(chunk(b"sRGB", b"\0"), _gamma(100_000), _primaries(*_OF_P3)),
    "AVIF, PQ": _avif(9, 16),
    "AVIF, PQ of 10 bits": Path(__file__).with_name("pq-10-bits.avif").read_bytes(),
    "AVIF, PQ up to 400": _avif(9, 16, (b"clli", struct.pack(">HH", 400, 100))),
    "AVIF, HLG": _avif(9, 18),
    "AVIF, BT.2020 of television": _avif(9, 14),
    "AVIF, SMPTE 240M": _avif(7, 7),
    "JPEG XL, PQ": still(patches(), Kind(transfer=PQ)),
    "JPEG XL, HLG": still(patches(), Kind(transfer=HLG)),
    "JPEG XL, television": still(patches(), Kind(transfer=TELEVISION)),
    "JPEG XL, cinema": still(patches(), Kind(transfer=CINEMA)),
    "JPEG XL, light": still(patches(), Kind(transfer=LINEAR)),
}


def seen(chromium: str) -> dict[str, list[tuple[int, ...]]]:
    """What the browser shows of each, one below the other."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for at, body in enumerate(FILES.values()):
            (place / str(at)).write_bytes(body)
        page = "".join(f'<img src="{at}" style="display:block">' for at in range(len(FILES)))
        (place / "page.html").write_text(f"<!doctype html><body style='margin:0'>{page}", "ascii")
        shot = place / "shot.png"
        command = [
            chromium, "--headless", "--no-sandbox", "--disable-gpu", "--force-color-profile=srgb", "--hide-scrollbars",
            "--enable-features=JXLImageFormat", f"--user-data-dir={folder}/profile", f"--screenshot={shot}",
            f"--window-size={max(500, SIDE * len(COLORS))},{SIDE * len(FILES)}", f"file://{place}/page.html",
        ]  # fmt: skip
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL, timeout=120)
        image = Image.open(shot).convert("RGB")
    boxes = ((0, SIDE * at, SIDE * len(COLORS), SIDE * at + SIDE) for at in range(len(FILES)))
    return {name: middles(image.crop(box)) for name, box in zip(FILES, boxes, strict=True)}


def main() -> int:
    found = seen(sys.argv[1] if len(sys.argv) > 1 else "chromium")
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(colors)}" for name, colors in found.items())
    RECORDED.write_text("{\n" + lines + "\n}\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
