#!/usr/bin/env bash
# Pillow takes kinds of TIFF that it does not know for others that it knows: the picture is wrong, and nothing is raised.
cd "$(dirname "$0")" && . ./fresh.sh

# Also of 13.0.0. A table says how a kind is unpacked: planes of 16 bits as if they were of 8, gray of which 0 is white as
# it stands where it has 16 bits, and the levels of a palette are divided by 256 whether they need it or not.
packages pillow==12.1.1
sees 'two pixels of 200, 100, 50 in planes of 16 bits: (0, 0, 0) (200, 100, 50)
0, which is white, of 16 bits: 0
a palette of 200, 100, 50: (0, 0, 0)' <<'PYTHON'
import io
import struct

from PIL import Image


def opened(pixels, **tags):
    """A row, whose pixels begin at 8; what takes more than four bytes stands behind the tags."""
    entries, values, behind = b"", b"", 8 + len(pixels) + 2 + 12 * len(tags) + 4
    for tag, (kind, numbers) in sorted((int(name[1:]), tag) for name, tag in tags.items()):
        content = struct.pack(f"<{len(numbers)}{kind}", *numbers)
        place = content.ljust(4, b"\0") if len(content) <= 4 else struct.pack("<I", behind + len(values))
        entries += struct.pack("<HHI", tag, {"H": 3, "I": 4}[kind], len(numbers)) + place
        values += content if len(content) > 4 else b""
    head = b"II*\0" + struct.pack("<I", 8 + len(pixels)) + pixels
    return Image.open(io.BytesIO(head + struct.pack("<H", len(tags)) + entries + bytes(4) + values))


def row(width, bits, photometric, offsets, **more):
    plain = {"_256": ("H", [width]), "_257": ("H", [1]), "_258": ("H", bits), "_262": ("H", [photometric])}
    plain |= {"_273": ("I", offsets), "_277": ("H", [len(bits)]), "_278": ("H", [1])}
    return plain | {"_279": ("I", [width * bits[0] // 8] * len(offsets))} | more


levels = [200 << 8] * 2 + [100 << 8] * 2 + [50 << 8] * 2
planes = opened(struct.pack("<6H", *levels), **row(2, [16] * 3, 2, [8, 12, 16], _284=("H", [2])))
print("two pixels of 200, 100, 50 in planes of 16 bits:", planes.getpixel((0, 0)), planes.getpixel((1, 0)))
print("0, which is white, of 16 bits:", opened(b"\0\0", **row(1, [16], 0, [8])).getpixel((0, 0)))
colors = ("H", [200] * 256 + [100] * 256 + [50] * 256)
print("a palette of 200, 100, 50:", opened(b"\0", **row(1, [8], 3, [8], _320=colors)).convert("RGB").getpixel((0, 0)))
PYTHON
