#!/usr/bin/env bash
# Pillow-SIMD gives transparent pixels other colors than Pillow, other ones in other columns, and other ones on other processors.
cd "$(dirname "$0")" && . ./fresh.sh

# It multiplies with the processor's estimate of 1/alpha (rcpps), and Intel's and AMD's estimates differ in their last bits:
# the same GIF had 3962 bytes on a Xeon and 3977 under an emulated EPYC. What is left over of a row's registers is divided.
export CC="${CC:-cc} -mavx2" PIP_NO_BINARY=pillow-simd PIP_CONFIG_SETTINGS="jpeg=disable zlib=disable"
packages pillow-simd==12.1.1.post0
sees 'eight columns wide: some levels differ from 255 * color // alpha
one column wide: none does' <<'PYTHON'
from PIL import Image

pairs = [(color, alpha) for alpha in range(1, 255) for color in range(alpha + 1)]
pairs = pairs[: len(pairs) // 8 * 8]
data = bytes(level for color, alpha in pairs for level in (color, color, color, alpha))
exact = bytes(level for color, alpha in pairs for level in (*[255 * color // alpha] * 3, alpha))
for width, name in ((8, "eight columns wide"), (1, "one column wide")):
    image = Image.frombytes("RGBa", (width, len(pairs) // width), data).convert("RGBA")
    same = image.tobytes() == exact
    print(f"{name}: {'none does' if same else 'some levels differ from 255 * color // alpha'}")
PYTHON
