#!/usr/bin/env bash
# Of an AVIF pillow-avif-plugin gives what is coded, not what is shown: it neither cuts as `clap` says nor tells of `nclx` colors.
cd "$(dirname "$0")" && . ./fresh.sh

# libavif leaves both to whoever calls it, and the plugin hands on only how the picture is turned. libheif (pillow-heif)
# cuts, and tells the colors. Browsers show the picture below in half its size, and its red as (255, 0, 0) of Display P3.
packages pillow==12.1.1 pillow-avif-plugin==1.6.0
sees '40x20 coded, 20x10 shown: 40x20
Display P3 by numbers, what is told: []' <<'PYTHON'
import io
import struct

import pillow_avif  # noqa: F401
from PIL import Image


def box(kind, *parts):
    return struct.pack(">I4s", 8 + sum(map(len, parts)), kind) + b"".join(parts)


plain = io.BytesIO()
Image.new("RGB", (40, 20), "red").save(plain, "AVIF", subsampling="4:4:4")
plain = plain.getvalue()
config = plain.index(b"av1C") - 4
picture = plain[plain.index(b"mdat") + 4 :]
properties = [
    box(b"ispe", bytes(4), struct.pack(">II", 40, 20)),
    plain[config : config + int.from_bytes(plain[config : config + 4])],
    box(b"colr", b"nclx", struct.pack(">HHHB", 12, 13, 6, 0x80)),
    box(b"clap", struct.pack(">IIIIiIiI", 20, 1, 10, 1, -10, 1, -5, 1)),
]


def meta(at):
    return box(
        b"meta",
        bytes(4),
        box(b"hdlr", bytes(8), b"pict", bytes(13)),
        box(b"pitm", struct.pack(">IH", 0, 1)),
        box(b"iloc", struct.pack(">IBBHHHHII", 0, 0x44, 0, 1, 1, 0, 1, at, len(picture))),
        box(b"iinf", struct.pack(">IH", 0, 1), box(b"infe", struct.pack(">IHH4sB", 2 << 24, 1, 0, b"av01", 0))),
        box(b"iprp", box(b"ipco", *properties), box(b"ipma", struct.pack(">IIHB", 0, 1, 1, 4), bytes([1, 0x82, 3, 0x84]))),
    )


head = box(b"ftyp", b"avif", bytes(4), b"avif", b"mif1", b"miaf")
image = Image.open(io.BytesIO(head + meta(len(head) + len(meta(0)) + 8) + box(b"mdat", picture)))
image.load()
print("40x20 coded, 20x10 shown: {}x{}".format(*image.size))
print("Display P3 by numbers, what is told:", sorted(set(image.info) - {"timestamp", "duration"}))
PYTHON
