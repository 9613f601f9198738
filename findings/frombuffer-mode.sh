#!/usr/bin/env bash
# Pillow's frombuffer gives an image of another mode than it was asked for, where it shares the memory.
cd "$(dirname "$0")" && . ./fresh.sh

# Also of 13.0.0. It takes the raw mode for the image's where that one can be shared, RGBX among them, so that a picture
# that was asked for as RGB has four channels; frombytes, which copies, gives what was asked for.
packages pillow==12.1.1
sees 'frombuffer: RGBX, a pixel is (1, 2, 3, 255)
frombytes: RGB, a pixel is (1, 2, 3)' <<'PYTHON'
from PIL import Image

data = bytes((1, 2, 3, 255)) * 4
for name in ("frombuffer", "frombytes"):
    rest = (0, 1) if name == "frombuffer" else ()
    image = getattr(Image, name)("RGB", (2, 2), data, "raw", "RGBX", *rest)
    print(f"{name}: {image.mode}, a pixel is {image.getpixel((0, 0))}")
PYTHON
