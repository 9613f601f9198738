#!/usr/bin/env bash
# What Pillow decodes of a JPEG at a fraction of its size is not that fraction of it: its last row and column stand for less.
cd "$(dirname "$0")" && . ./fresh.sh

# Sides are rounded up, for a block that lies partly beside the picture has a pixel too: a quarter of 2725 columns has 682,
# not 681.25. Who scales that to a size stretches the picture, by a thousandth here: SSIMULACRA2 fell from 72 to 55.
packages pillow==12.1.1
sees 'of 2725 columns 682 are loaded
what is at 2400 is at 600, and at 600.7 if they were all of the picture' <<'PYTHON'
import io

from PIL import Image

picture = Image.new("L", (2725, 64), 255)
picture.paste(0, (0, 0, 2400, 64))
file = io.BytesIO()
picture.save(file, "JPEG", quality=95)
small = Image.open(file)
small.draft("L", (2725 // 4, 16))
small.load()
print(f"of 2725 columns {small.width} are loaded")
edge = next(x for x in range(small.width) if small.getpixel((x, 8)) > 127)
print(f"what is at 2400 is at {edge}, and at {2400 * small.width / 2725:.1f} if they were all of the picture")
PYTHON
