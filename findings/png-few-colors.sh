#!/usr/bin/env bash
# Of 16 colors and fewer Pillow writes a larger PNG than it needs to: it filters rows of indices, and counts a palette
# with alpha by threes.
cd "$(dirname "$0")" && . ./fresh.sh

# PNG specification, 12.7: indexed images are best not filtered, and those of less than eight bits neither. Pillow
# leaves filters out of mode P, but not of P;4, P;2 and P;1 (src/encode.c compares with P and PA alone).
for version in 12.1.1 13.0.0; do
    packages pillow==$version numpy==2.4.6
    sees '4 bits: rows are filtered, True, and a fifth larger for it, True' <<'PYTHON'
import io
import zlib

import numpy
from PIL import Image

field = numpy.hypot(*numpy.mgrid[-200:200, -200:200])
image = Image.fromarray((field // 9 % 16).astype(numpy.uint8)).convert("P")
image.putpalette([each for level in range(16) for each in (level * 17, 255 - level * 17, 90)])
body = io.BytesIO()
image.save(body, "png")
body = body.getvalue()
at = body.index(b"IDAT")
packed = body[at + 4 : at + 4 + int.from_bytes(body[at - 4 : at])]
rows = numpy.frombuffer(zlib.decompress(packed), numpy.uint8).reshape(400, -1).copy()
indices = numpy.asarray(image)
plain = numpy.pad(indices[:, ::2] << 4 | indices[:, 1::2], ((0, 0), (1, 0))).astype(numpy.uint8)
ratio = len(packed) / len(zlib.compress(plain.tobytes(), 6))
print(f"{body[24]} bits: rows are filtered, {bool(rows[:, 0].any())}, and a fifth larger for it, {ratio > 1.2}")
PYTHON
done

# Mended in 13.0.0.
packages pillow==12.1.1
sees 'alpha: 4 colors in 4 bits' <<'PYTHON'
import io

from PIL import Image

few = Image.new("RGBA", (4, 1))
few.putdata([(60 * at, 0, 0, 80 * at) for at in range(4)])
found = io.BytesIO()
few.quantize(4).save(found, "png")
print(f"alpha: 4 colors in {found.getvalue()[24]} bits")
PYTHON
