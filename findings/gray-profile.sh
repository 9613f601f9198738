#!/usr/bin/env bash
# A gray profile has its darkest levels halved where the same curve in a profile of colors has them right.
cd "$(dirname "$0")" && . ./fresh.sh

# LittleCMS (in the wheel of Pillow) makes one table of a whole conversion from gray, of so few steps that a steep curve
# is a straight line between its first two; from colors it makes curves and a matrix, which are exact for eight bits.
# The flag NOOPTIMIZE has it calculate each pixel. IEC 61966-2-1 says 13, 22, 28 and 34 of 1, 2, 3 and 4 of linear light.
packages pillow==12.1.1
sees 'gray: [6, 12, 19, 25]
colors: [13, 22, 28, 34]
gray, not optimized: [13, 22, 28, 34]' <<'PYTHON'
import io
import struct

from PIL import Image, ImageCms


def profile(space, curves, matrix=()):
    tags = {name: b"curv" + bytes(4) + struct.pack(">I", 0) for name in curves} | dict(matrix)
    tags[b"wtpt"] = xyz(0.9642, 1, 0.8249)
    for name in (b"desc", b"cprt"):
        tags[name] = b"mluc" + bytes(4) + struct.pack(">II2s2sII", 1, 12, b"en", b"US", 2, 28) + b"\0x"
    table, data = struct.pack(">I", len(tags)), b""
    for name, block in tags.items():
        table += struct.pack(">4sII", name, 132 + 12 * len(tags) + len(data), len(block))
        data += block + bytes(-len(block) % 4)
    head = struct.pack(">I4xI", 128 + len(table) + len(data), 0x04200000) + b"mntr" + space + b"XYZ " + bytes(12)
    return ImageCms.ImageCmsProfile(io.BytesIO((head + b"acsp").ljust(128, b"\0") + table + data))


def xyz(*numbers):
    return b"XYZ " + bytes(4) + b"".join(struct.pack(">i", round(each * 65536)) for each in numbers)


PRIMARIES = {
    b"rXYZ": xyz(0.4361, 0.2225, 0.0139),
    b"gXYZ": xyz(0.3851, 0.7169, 0.0971),
    b"bXYZ": xyz(0.1431, 0.0606, 0.7139),
}
light = {"L": profile(b"GRAY", [b"kTRC"]), "RGB": profile(b"RGB ", [b"rTRC", b"gTRC", b"bTRC"], PRIMARIES)}
srgb = ImageCms.createProfile("sRGB")


def shown(mode, flags=ImageCms.Flags.NONE):
    frame = Image.frombytes("L", (4, 1), bytes([1, 2, 3, 4])).convert(mode)
    transform = ImageCms.buildTransform(light[mode], srgb, mode, "RGB", flags=flags)
    return list(transform.apply(frame).getchannel("G").tobytes())


print("gray:", shown("L"))
print("colors:", shown("RGB"))
print("gray, not optimized:", shown("L", ImageCms.Flags.NOOPTIMIZE))
PYTHON
