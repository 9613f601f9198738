"""Files that promise more than they hold, or hold more than they promise; each of a few kilobytes, but for one."""

import base64
import gzip
import io
import re
import struct
import zlib
from collections.abc import Callable

from PIL import Image

from tests.images import encoded, quadrants


def png(width: int, height: int, *, data: bytes = b"", before: tuple[tuple[bytes, bytes], ...] = ()) -> bytes:
    """A gray PNG that says it is so large; `before` are chunks that come ahead of its pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", header), *before, (b"IDAT", zlib.compress(data)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _deflated(mebibytes: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(mebibytes)) + packer.flush()


def jpeg(width: int, height: int) -> bytes:
    """A JPEG whose frame header says it is so large."""
    body = bytearray(encoded(quadrants(), "jpg"))
    at = body.index(b"\xff\xc0")
    body[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(body)


def scans(count: int, image: Image.Image) -> bytes:
    """A progressive JPEG whose second scan comes so many times: each is decoded over the whole picture."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", progressive=True, quality=50)
    body = buffer.getvalue()
    starts = [found.start() for found in re.finditer(b"\xff\xda", body)]
    second = body[starts[1] : starts[2]]
    # Tables between two scans belong to the later one.
    second = second[:tables] if (tables := second.find(b"\xff\xc4")) > 0 else second
    return body[: starts[1]] + second * (count - 1) + body[starts[1] :]


def gif(width: int, height: int, frames: int = 1) -> bytes:
    """A GIF of so large a screen whose frames are one pixel each, shown for no time."""
    frame = (
        b"\x21\xf9\x04\x00\x00\x00\x00\x00" + b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    )
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    return head + frame * frames + b";"


def first_frame_huge() -> bytes:
    """A GIF whose only frame claims to be as large as can be, and to be cleared away afterwards."""
    control = b"\x21\xf9\x04\x08\x00\x00\x00\x00"
    frame = control + b"\x2c" + struct.pack("<HHHHB", 0, 0, 65_535, 65_535, 0) + b"\x02\x02\x44\x01\x00;"
    return gif(1, 1, 0)[:-1] + frame


def filler() -> bytes:
    """A JPEG with 10 MB of what may lie between two segments."""
    return encoded(quadrants(), "jpg").replace(b"\xff\xdb", b"\xff" * 10_000_000 + b"\xdb", 1)


def exif_of_copies() -> bytes:
    """A JPEG with a block of metadata of 60 KB whose every tag refers to half of it: 120 MB in all."""
    count = 4000
    head = struct.pack("<2sHIH", b"II", 42, 8, count)
    tags = b"".join(struct.pack("<HHII", 20_000 + number, 1, 30_000, 0) for number in range(count))
    return encoded(quadrants(), "jpg", exif=b"Exif\0\0" + head + tags + bytes(4))


def last_frame_huge(frames: int = 20) -> bytes:
    """A GIF whose last frame lies far outside of its small screen."""
    body = gif(1, 1, frames)[:-1]
    return body + b"\x2c" + struct.pack("<HHHHB", 0, 0, 65_535, 65_535, 0) + b"\x02\x02\x44\x01\x00;"


def bmp(width: int, height: int) -> bytes:
    """A BMP that says it is so large."""
    body = bytearray(encoded(quadrants(), "bmp"))
    body[18:26] = struct.pack("<ii", width, height)
    return bytes(body)


def webp(width: int, height: int) -> bytes:
    """An extended WebP whose canvas is so large."""
    canvas = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    inner = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + canvas
    return b"RIFF" + struct.pack("<I", len(inner)) + inner


SVG_ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%b">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b']><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&j;</text></svg>'
)
SVG_HUGE = b'<svg xmlns="http://www.w3.org/2000/svg" width="99999" height="99999"><rect width="9" height="9"/></svg>'


# None of them may be decoded.
ILLEGAL: dict[str, Callable[[], bytes]] = {
    "png of 50,000 x 50,000": lambda: png(50_000, 50_000),
    "gif with a frame of 65,535 x 65,535": first_frame_huge,
    "gif whose last frame is huge": last_frame_huge,
    "jpeg of 5,000 scans": lambda: scans(5000, quadrants(1000, 1000)),
    "jpeg of 10 MB of nothing": filler,
    "gif with a screen of 65,535 x 65,535": lambda: gif(65_535, 65_535),
    "png without width": lambda: png(0, 10),
    "jpeg of a gigapixel": lambda: jpeg(32_000, 32_000),
    "jpeg without height": lambda: jpeg(10, 0),
    "bmp of 30,000 x 30,000": lambda: bmp(30_000, 30_000),
    "bmp of a negative width": lambda: bmp(-5, 10),
    "webp of 16,000 x 16,000": lambda: webp(16_000, 16_000),
    "svg with nested entities": lambda: SVG_ENTITIES,
}


# Small pictures with a great deal around them: refused, or answered at no great cost.
HEAVY: dict[str, Callable[[], bytes]] = {
    "jpeg whose metadata are many copies": exif_of_copies,
    "png with 100 MiB of text": lambda: png(1, 1, data=b"\0\0", before=((b"zTXt", b"a\0\0" + _deflated(100)),)),
    "png with 100 MiB of profile": lambda: png(1, 1, data=b"\0\0", before=((b"iCCP", b"a\0\0" + _deflated(100)),)),
    "png of 20 MB of zeros": lambda: png(1, 1, data=bytes(20_000_000)),
    "svg of 99,999 x 99,999": lambda: SVG_HUGE,
    "gif of 3,000 frames of no time": lambda: gif(1, 1, 3000),
}


# What no decoder here is for, called .jpg.
RENAMED: dict[str, Callable[[], bytes]] = {
    "psd": lambda: b"8BPS\0\1" + bytes(6) + struct.pack(">HIIHH", 3, 10, 10, 8, 3) + bytes(400),
    "eps": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n(x) print\nshowpage\n",
    "pdf": lambda: b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF",
    "mp4": lambda: b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(200),
    "tga": lambda: b"\0\0\2" + bytes(9) + struct.pack("<HHBB", 10, 10, 24, 0) + bytes(300),
    "pcx": lambda: b"\x0a\5\1\x08" + bytes(200),
    "fli": lambda: struct.pack("<IHHHHHH", 200, 0xAF11, 1, 10, 10, 8, 3) + bytes(200),
    "icns": lambda: b"icns\0\0\0\x10" + bytes(64),
    "wmf": lambda: b"\xd7\xcd\xc6\x9a" + bytes(200),
}


def _svg(content: str) -> bytes:
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{content}</svg>'.encode()


def _drawings(count: int, content: str) -> bytes:
    packed = base64.b64encode(gzip.compress(_svg(content))).decode()
    return _svg(f'<image width="9" height="9" href="data:image/svg+xml;base64,{packed}"/>' * count)


# Drawings whose style sheets, or those of the drawings in them, ask for more work than is done.
EXPLODING: dict[str, Callable[[], bytes]] = {
    "6,000 rules": lambda: _svg(f"<style>{'a{fill:red}' * 6000}</style>"),
    "30,000 selectors": lambda: _svg(f"<style>{'a,' * 30_000}b{{fill:red}}</style>"),
    "a thousand rules for a thousand elements": lambda: _svg(f"<style>{'*{fill:red}' * 1000}</style>{'<g/>' * 1000}"),
    "a selector of steps in steps": lambda: _svg(
        f"<style>x {'g ' * 30}rect{{fill:red}}</style>{'<g>' * 100}<rect/>{'</g>' * 100}"
    ),
    ":has() in :has()": lambda: _svg(f"<style>:has(:has(:has(a))){{fill:red}}</style>{'<g>' * 150}{'</g>' * 150}"),
    ":has() of all that follow": lambda: _svg(f"<style>:has(~ a){{fill:red}}</style>{'<g/>' * 20_000}"),
    "40 times :not()": lambda: _svg(f"<style>{':not(' * 40}a{')' * 40}{{fill:red}}</style>"),
    "variables that double": lambda: _svg(
        f'<g style="{"".join(f"--a{i}:var(--a{i + 1}) var(--a{i + 1});" for i in range(15))}--a15:x;fill:var(--a0)"/>'
    ),
    "20,000 colors": lambda: _svg("".join(f'<rect style="fill:hsl({i} 1% 2%)"/>' for i in range(20_000))),
    "forty drawings of 4,900 rules": lambda: _drawings(
        40, f"<style>{''.join(f'.a{i}{{fill:rgb({i} 1 2)}}' for i in range(4900))}</style><g/>"
    ),
    "forty drawings of 190,000 elements": lambda: _drawings(40, "<g/>" * 190_000),
}
