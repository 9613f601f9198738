#!/usr/bin/env bash
# A PNG that says its gamma has other colors in Pillow and libvips than in a browser: both leave gAMA out.
cd "$(dirname "$0")" && . ./fresh.sh

# PNG specification, 13.13: a decoder is to obey gAMA; Chromium 156 does, and shows 188 here: 128 of 255 is half of the
# light where the gamma is 1. What ImageMagick writes has 1/2.2, as a power and not as sRGB's curve: dark levels are up
# to seven apart. 30 of 188 files of PNG test suites differ for it (tests/corpus).
packages pillow==12.1.1 pyvips==3.2.0 pyvips-binary==8.18.7
sees 'Pillow: 128, and it tells the gamma: 1.0
libvips: 128.0 as sRGB' <<'PYTHON'
import io
import struct
import zlib

import pyvips
from PIL import Image


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)) + chunk(b"gAMA", struct.pack(">I", 100000))
png = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND", b"")
image = Image.open(io.BytesIO(png))
print(f"Pillow: {image.convert('RGB').getpixel((0, 0))[0]}, and it tells the gamma: {image.info['gamma']}")
print(f"libvips: {pyvips.Image.new_from_buffer(png, '').colourspace('srgb').getpoint(0, 0)[0]} as sRGB")
PYTHON
