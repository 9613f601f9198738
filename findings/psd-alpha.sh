#!/usr/bin/env bash
# Pillow takes a fourth channel of a PSD for alpha whatever it is, and leaves on white what Photoshop has laid on white.
cd "$(dirname "$0")" && . ./fresh.sh

# A channel behind the colors is the transparency of the merged picture where the number of layers is negative, and a
# selection that somebody has kept otherwise, which hides nothing. Photoshop saves what is half transparent as it looks
# on white: the color that it has is found by taking white off again, as ImageMagick and psd-tools do.
packages pillow==12.1.1
sees 'red with a selection of nothing: (255, 0, 0, 0)
half transparent black, as Photoshop saves it: (127, 127, 127, 128)' <<'PYTHON'
import io
import struct

from PIL import Image


def pixel(layers, *levels):
    """Of a PSD of 2x2 with these channels of one level each."""
    head = struct.pack(">4sH6xHIIHH", b"8BPS", 1, len(levels), 2, 2, 8, 3)
    about = struct.pack(">II", 0, 0) + struct.pack(">IIhxxI", 12, 4, layers, 0)
    body = struct.pack(">H", 0) + b"".join(bytes([level]) * 4 for level in levels)
    with Image.open(io.BytesIO(head + about + body), formats=["PSD"]) as image:
        return image.getpixel((0, 0))


print("red with a selection of nothing:", pixel(0, 255, 0, 0, 0))
print("half transparent black, as Photoshop saves it:", pixel(0, 127, 127, 127, 128))
PYTHON
