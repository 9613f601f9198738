#!/usr/bin/env bash
# The transparent color of a gray PNG of 2 or 4 bits is not found by Pillow: it compares an index with a level.
cd "$(dirname "$0")" && . ./fresh.sh

# Also of 13.0.0. Gray 5 of 15 becomes level 85, and the transparent color stays 5. Of 16 bits Pillow keeps it whole too,
# and the pixels' upper halves for colors.
packages pillow==12.1.1
sees 'of 4 bits: opaque
of 8 bits: transparent
of 16 bits in colors: opaque' <<'PYTHON'
import io
import struct
import zlib

from PIL import Image


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def shown(depth, color_type, row, color):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, depth, color_type, 0, 0, 0))
    body = head + chunk(b"tRNS", color) + chunk(b"IDAT", zlib.compress(b"\0" + row)) + chunk(b"IEND", b"")
    image = Image.open(io.BytesIO(b"\x89PNG\r\n\x1a\n" + body)).convert("RGBA")
    return "opaque" if image.getpixel((0, 0))[3] else "transparent"


print("of 4 bits:", shown(4, 0, b"\x50", b"\0\5"))
print("of 8 bits:", shown(8, 0, b"\x50", b"\0\x50"))
print("of 16 bits in colors:", shown(16, 2, b"\x12\x34" * 3, b"\x12\x34" * 3))
PYTHON
