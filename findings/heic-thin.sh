#!/usr/bin/env bash
# A long picture of less than 32 pixels on its other side cannot be written as HEIC, though a wider one of that length can.
cd "$(dirname "$0")" && . ./fresh.sh

# x265 cuts what is so thin in blocks of 16, of which the levels of HEVC allow a side only so many.
packages pillow==12.1.1 pillow-heif==1.8.1
sees '16x4216 is written
16x4300 raises RuntimeError
31x5000 raises RuntimeError
32x5000 is written
64x16384 is written' <<'PYTHON'
import io

import pillow_heif
from PIL import Image

pillow_heif.register_heif_opener()
for size in ((16, 4216), (16, 4300), (31, 5000), (32, 5000), (64, 16384)):
    try:
        Image.new("RGB", size, (9, 99, 200)).save(io.BytesIO(), "HEIF")
        print("{}x{} is written".format(*size))
    except RuntimeError:
        print("{}x{} raises RuntimeError".format(*size))
PYTHON
