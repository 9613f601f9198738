#!/usr/bin/env bash
# Pillow composes GIF animations otherwise than browsers do: what no frame draws, clears or disposes of has colors.
cd "$(dirname "$0")" && . ./fresh.sh

# Also of 13.0.0. Pillow fills the screen with index 0 before the first frame, clears to the background's color where no
# index is transparent, and takes a disposal of 0 for the one that came before it. Of random animations a third differ
# from Chromium 156 in some frame; it shows transparent, transparent, and red here.
packages pillow==12.1.1
sees 'beside a first frame that is smaller than the screen: (255, 0, 0, 255)
where a frame was cleared: (0, 0, 255, 255)
where the frame before had disposal 0, behind one that was cleared: (0, 0, 255, 255)' <<'PYTHON'
import io
import struct

from PIL import Image


def frame(index, side, disposal, at=0):
    bits, count = 0, 0
    for code in [part for _ in range(side * side) for part in (4, index)] + [5]:
        bits |= code << count
        count += 3
    data = bits.to_bytes(-(-count // 8), "little")
    control = b"\x21\xf9\x04" + struct.pack("<BHB", disposal << 2, 10, 0) + b"\0"
    return control + b"," + struct.pack("<HHHHB", at, at, side, side, 0) + b"\2" + bytes([len(data)]) + data + b"\0"


def seen(number, *frames):
    head = b"GIF89a" + struct.pack("<HHBBB", 8, 8, 0x81, 2, 0) + bytes.fromhex("ff0000 00ff00 0000ff ffffff")
    image = Image.open(io.BytesIO(head + b"".join(frames) + b";"))
    image.seek(number)
    return image.convert("RGBA").getpixel((0, 0))


print("beside a first frame that is smaller than the screen:", seen(0, frame(1, 4, 1, 4)))
print("where a frame was cleared:", seen(1, frame(0, 8, 2), frame(1, 4, 1, 4)))
last = (frame(0, 8, 1), frame(1, 2, 2, 6), frame(0, 4, 0), frame(1, 2, 1, 6))
print("where the frame before had disposal 0, behind one that was cleared:", seen(3, *last))
PYTHON
