#!/usr/bin/env bash
# Pillow halves the resolution of three of the four inks of a CMYK JPEG where chroma subsampling is asked for.
cd "$(dirname "$0")" && . ./fresh.sh

# Also of 13.0.0. Cyan, the first component, gets the factors of lightness, and magenta, yellow and black those of color,
# though there is neither: the file is CMYK and not YCCK. libvips never subsamples ink.
packages pillow==12.1.1
sees 'subsampling 0: [(1, 1), (1, 1), (1, 1), (1, 1)]
subsampling 2: [(2, 2), (1, 1), (1, 1), (1, 1)]
black after it: 126 to 129 of 0 and 255' <<'PYTHON'
import io

from PIL import Image

# Black in columns of a pixel.
black = Image.new("L", (64, 64))
black.putdata([255 * (at % 2) for at in range(64 * 64)])
none = Image.new("L", (64, 64))
picture = Image.merge("CMYK", (none, none, none, black))


def written(subsampling):
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=95, subsampling=subsampling)
    return Image.open(file)


for subsampling in (0, 2):
    print(f"subsampling {subsampling}: {[each[1:3] for each in written(subsampling).layer]}")
low, high = written(2).getchannel("K").getextrema()
print(f"black after it: {low} to {high} of 0 and 255")
PYTHON
