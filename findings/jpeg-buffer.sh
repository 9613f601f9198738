#!/usr/bin/env bash
# Pillow cannot write a noisy picture as an optimized or progressive JPEG without chroma subsampling.
cd "$(dirname "$0")" && . ./fresh.sh

# Also of 13.0.0. The whole file has to fit into one buffer then, and that has one byte for each pixel, two from quality
# 95 on, and four for CMYK; 4:4:4 noise takes 1.3 bytes at quality 75, and 4.2 at 100. Up to 65536 bytes all is well.
packages pillow==12.1.1
sees 'baseline 4:4:4, fails at: []
progressive 4:4:4, fails at: [75, 90, 95, 100]
optimized 4:4:4, fails at: [75, 90, 95, 100]
progressive 4:2:0, fails at: []
OSError: broken data stream when writing image file' <<'PYTHON'
import io
import random

from PIL import Image

picture = Image.frombytes("RGB", (300, 300), random.Random(1).randbytes(300 * 300 * 3))
last = None


def failing(**options):
    global last
    found = []
    for quality in (75, 90, 95, 100):
        try:
            picture.save(io.BytesIO(), "JPEG", quality=quality, **options)
        except OSError as error:
            last = error
            found.append(quality)
    return found


print("baseline 4:4:4, fails at:", failing(subsampling=0))
print("progressive 4:4:4, fails at:", failing(subsampling=0, progressive=True))
print("optimized 4:4:4, fails at:", failing(subsampling=0, optimize=True))
print("progressive 4:2:0, fails at:", failing(subsampling=2, progressive=True))
print(f"{type(last).__name__}: {last}")
PYTHON
