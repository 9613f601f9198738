#!/usr/bin/env bash
# pillow-jxl-plugin opens the last frame of an animation, noise for 16-bit gray with alpha, and one photo in two ways.
cd "$(dirname "$0")" && . ./fresh.sh

# It lets every frame be decoded into the same memory, reads samples of 16 bits as bytes, and where a JPEG is kept
# inside, as cjxl does with a photo unless it is told otherwise, it gives that back as it was stored, to be turned by its
# EXIF: all else comes upright. At a quality of 100 it raises, unless it is told that this is lossless.
packages pillow==12.1.1 pillow-jxl-plugin==1.3.8 pylibjxl==0.5.0
sees 'red, green, blue: 1 frame of (0, 0, 255)
gray of 48 with alpha of 192, in every pixel: [(0, 48), (0, 192)]
a photo to be turned, 16x8: (16, 8), orientation 6
100 raises RuntimeError: The encoder API is used in an incorrect way' <<'PYTHON'
import base64
import io

import pillow_jxl  # registers itself
import pylibjxl
from PIL import Image


def opened(data):
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


# Three frames of 8x8, a tenth of a second each, and one picture of 8x8, made by libjxl 0.11.2.
ANIMATION = b"/wpBBAOICQgEkgEAPABLGIsVgF3U/wAiMFOqiT8IBJIBADwASxiLFYBd1P8ADgOrqok/CASSBQA8AEsYixWAXdT/ACIDq6qJPw=="
GRAY = (
    b"AAAADEpYTCANCocKAAAAFGZ0eXBqeGwgAAAAAGp4bCAAAAAJanhsbAoAAAAuanhsY/8KQfAj+AEobgQIEBAAWABLGIsVANwZY/DAyNE8FAEAsQYAAQAB"
)
moving, gray = opened(base64.b64decode(ANIMATION)), opened(base64.b64decode(GRAY))
print(f"red, green, blue: {moving.n_frames} frame of {moving.getpixel((4, 4))}")
print(f"gray of 48 with alpha of 192, in every pixel: {sorted(set(gray.getdata()))}")

tags, jpeg = Image.Exif(), io.BytesIO()
tags[0x0112] = 6
Image.new("RGB", (16, 8)).save(jpeg, "JPEG", exif=tags)
photo = opened(pylibjxl.jpeg_to_jxl(jpeg.getvalue()))
print(f"a photo to be turned, 16x8: {photo.size}, orientation {photo.getexif()[0x0112]}")

try:
    Image.new("RGB", (64, 48)).save(io.BytesIO(), "JXL", quality=100)
except RuntimeError as error:
    print(f"100 raises RuntimeError: {error}")
PYTHON
