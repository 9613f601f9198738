#!/usr/bin/env bash
# pillow-jxl-plugin takes qualities from 0 to 99, and at 100 it raises unless it is told that this is lossless.
cd "$(dirname "$0")" && . ./fresh.sh

# Chromium asks for JPEG XL first, and so a quality of 100 that worked for years as JPEG fails for most people at once.
packages pillow==12.1.1 pillow-jxl-plugin==1.3.8 packaging==26.3
sees '99 is written
100 raises RuntimeError: The encoder API is used in an incorrect way
100 and lossless=True is written' <<'PYTHON'
import io

import pillow_jxl  # registers itself
from PIL import Image


def told(what, **options):
    try:
        Image.new("RGB", (64, 48), (200, 30, 60)).save(io.BytesIO(), "JXL", **options)
    except RuntimeError as error:
        return print(f"{what} raises RuntimeError: {error}")
    print(f"{what} is written")


told("99", quality=99)
told("100", quality=100)
told("100 and lossless=True", quality=100, lossless=True)
PYTHON
