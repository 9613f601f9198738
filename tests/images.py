"""Synthetic images by name; no test needs a stored picture."""

import io
import random
import struct
import warnings
from collections.abc import Sequence
from typing import Any

import pillow_avif  # noqa: F401 (registers itself)
import pillow_heif
import pillow_jxl  # noqa: F401 (registers itself)
from PIL import Image

pillow_heif.register_heif_opener(thumbnails=False)

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
FRAME_COLORS = (RED, GREEN, BLUE, (255, 255, 0), (0, 255, 255), (255, 0, 255))


def solid(width: int = 8, height: int = 8, color: Any = RED, mode: str = "RGB") -> Image.Image:
    """One color everywhere."""
    return Image.new(mode, (width, height), color)


def quadrants(width: int = 40, height: int = 20, mode: str = "RGB") -> Image.Image:
    """Red top left, green top right, blue bottom left, white bottom right: every turn and flip shows."""
    image = Image.new("RGB", (width, height), WHITE)
    half_width, half_height = width // 2, height // 2
    image.paste(RED, (0, 0, half_width, half_height))
    image.paste(GREEN, (half_width, 0, width, half_height))
    image.paste(BLUE, (0, half_height, half_width, height))
    return image.convert(mode)


def gradient(width: int = 256, height: int = 16, mode: str = "L") -> Image.Image:
    """Black at the left edge to white at the right."""
    span = max(1, width - 1)
    row = bytes(round(255 * x / span) for x in range(width))
    return Image.frombytes("L", (width, height), row * height).convert(mode)


def fading(width: int = 256, height: int = 16, color: tuple[int, int, int] = RED) -> Image.Image:
    """`color`, transparent at the left edge to opaque at the right (RGBA)."""
    image = Image.new("RGBA", (width, height), (*color, 255))
    image.putalpha(gradient(width, height))
    return image


def noise(width: int = 64, height: int = 64, mode: str = "RGB", seed: int = 1) -> Image.Image:
    """The same random pixels every time; compresses badly."""
    size = width * height * 3
    return Image.frombytes("RGB", (width, height), random.Random(seed).randbytes(size)).convert(mode)


def framed(width: int = 20, height: int = 10, border: int = 3, inner: Any = RED, outer: Any = WHITE) -> Image.Image:
    """An `inner` rectangle with a border of `outer` all around: for trimming."""
    image = Image.new("RGB", (width, height), outer)
    image.paste(inner, (border, border, width - border, height - border))
    return image


def encoded(image: Image.Image, word: str = "png", **options: Any) -> bytes:
    """`image` as a file of the format that `word` names in URLs; `options` are Pillow's."""
    names = {"jpg": "JPEG", "heic": "HEIF"}
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image.save(buffer, format=names.get(word, word.upper()), **options)
    return buffer.getvalue()


def opened(body: bytes) -> Image.Image:
    """The first frame of `body`, decoded."""
    image = Image.open(io.BytesIO(body))
    image.load()
    return image


def exif(orientation: int = 1, *, artist: str = "", owner: str = "", model: str = "") -> bytes:
    """An EXIF block with its `Exif` prefix."""
    tags = Image.Exif()
    tags[0x0112] = orientation
    for tag, text in ((0x013B, artist), (0x8298, owner), (0x0110, model)):
        if text:
            tags[tag] = text
    return tags.tobytes()


# How an upright image is turned before it is stored with an orientation.
_STORED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def oriented(orientation: int, width: int = 40, height: int = 20, word: str = "jpeg") -> bytes:
    """A file that shows `quadrants` of this size once its orientation tag is obeyed."""
    image = quadrants(width, height)
    if orientation in _STORED:
        image = image.transpose(_STORED[orientation])
    return encoded(image, word, exif=exif(orientation), **({"quality": 95} if word == "jpeg" else {}))


def frames(count: int = 3, width: int = 16, height: int = 12) -> list[Image.Image]:
    """`count` solid frames in the order of FRAME_COLORS."""
    return [solid(width, height, FRAME_COLORS[i % len(FRAME_COLORS)]) for i in range(count)]


def animated(
    count: int = 3,
    word: str = "gif",
    *,
    width: int = 16,
    height: int = 12,
    delays_ms: Sequence[int] | int = 100,
    loop: int = 0,
) -> bytes:
    """A GIF, WebP or AVIF animation of `frames`; loop 0 is for ever."""
    first, *rest = frames(count, width, height)
    duration = list(delays_ms) if isinstance(delays_ms, Sequence) else delays_ms
    return encoded(first, word, save_all=True, append_images=rest, duration=duration, loop=loop)


def svg(width: Any = 40, height: Any = 20, content: str = "", attributes: str = "") -> bytes:
    """An SVG document; `content` defaults to a red left half, the rest stays transparent."""
    content = content or '<rect width="50%" height="100%" fill="#f00"/>'
    sides = "".join(f' {name}="{value}"' for name, value in (("width", width), ("height", height)) if value is not None)
    return f'<svg xmlns="http://www.w3.org/2000/svg"{sides} {attributes}>{content}</svg>'.encode()


# --- ICC profiles, made from nothing ---------------------------------------------------------------


def _fixed(*numbers: float) -> bytes:
    return b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)


def _profile(color_space: bytes, tags: dict[bytes, bytes], device_class: bytes) -> bytes:
    table, data, start = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, block in tags.items():
        table += struct.pack(">4sII", name, start + len(data), len(block))
        data += block + bytes(-len(block) % 4)
    connection = b"Lab " if color_space == b"CMYK" else b"XYZ "
    header = struct.pack(">I4xI", start + len(data), 0x02400000) + device_class + color_space + connection
    header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + _fixed(0.9642, 1, 0.8249) + bytes(48)
    return header + table + data


def _description(text: str) -> bytes:
    word = text.encode() + b"\0"
    return b"desc" + bytes(4) + struct.pack(">I", len(word)) + word + bytes(4 + 4 + 2 + 1 + 67)


def _curve(gamma: float) -> bytes:
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(gamma * 256))


_COMMON = {b"cprt": b"text" + bytes(4) + b"none\0", b"wtpt": b"XYZ " + bytes(4) + _fixed(0.9642, 1, 0.8249)}


def swapped_profile(device_class: bytes = b"mntr") -> bytes:
    """An RGB profile whose red is green and green is red: after conversion nobody can overlook it."""
    xyz = {b"rXYZ": (0.3851, 0.7169, 0.0971), b"gXYZ": (0.4361, 0.2225, 0.0139), b"bXYZ": (0.1431, 0.0606, 0.7141)}
    tags = {b"desc": _description("swapped"), **_COMMON}
    tags |= {name: b"XYZ " + bytes(4) + _fixed(*numbers) for name, numbers in xyz.items()}
    tags |= {name: _curve(2.2) for name in (b"rTRC", b"gTRC", b"bTRC")}
    return _profile(b"RGB ", tags, device_class)


def gray_profile(gamma: float = 1.0) -> bytes:
    """A gray profile; gamma 1 makes mid gray much lighter in sRGB."""
    return _profile(b"GRAY", {b"desc": _description("gray"), **_COMMON, b"kTRC": _curve(gamma)}, b"mntr")


def cmyk_profile() -> bytes:
    """A CMYK profile in which black is black, every other ink mid gray, and no ink white: a coarse table."""
    ramp = bytes(range(256))
    corners = [(0 if i % 2 else 128, 128, 128) for i in range(16)]
    corners[0] = (255, 128, 128)
    lut = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + _fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
    lut += ramp * 4 + b"".join(map(bytes, corners)) + ramp * 3
    tags = {b"desc": _description("inks"), **_COMMON, b"A2B0": lut}
    return _profile(b"CMYK", tags, b"prtr")


def ink_profile() -> bytes:
    """A CMYK profile that results can be converted to: black ink alone, the more of it the darker."""
    ramp = bytes(range(256))
    matrix = _fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
    to_ink = b"mft1" + bytes(4) + bytes([3, 4, 2, 0]) + matrix + ramp * 3
    to_ink += b"".join(bytes((0, 0, 0, 0 if lightness else 255)) for lightness in (0, 0, 0, 0, 1, 1, 1, 1)) + ramp * 4
    back = b"mft1" + bytes(4) + bytes([4, 3, 2, 0]) + matrix + ramp * 4
    back += b"".join(bytes((0 if i % 2 else 255, 128, 128)) for i in range(16)) + ramp * 3
    return _profile(b"CMYK", {b"desc": _description("ink"), **_COMMON, b"A2B0": back, b"B2A0": to_ink}, b"prtr")
