#!/usr/bin/env bash
# An animated WebP may have transparent pixels and say that it has none: Pillow writes such, and reads them as black.
cd "$(dirname "$0")" && . ./fresh.sh

# Also of 13.0.0. libwebp's encoder of animations cuts a frame down to what is not transparent, at even places; if all of
# that is opaque, no frame has alpha, and so the file says. libwebp's decoder clears the canvas to transparent, but Pillow
# believes the file, and gives RGB. Browsers show it transparent.
packages pillow==12.1.1
sees 'a square at an odd place: RGBA (0, 0, 0, 0)
a square at an even place: RGB (0, 0, 0)' <<'PYTHON'
import io

from PIL import Image


def reopened(at):
    frames = []
    for color in ((255, 0, 0, 255), (0, 255, 0, 255)):
        frame = Image.new("RGBA", (20, 20))
        frame.paste(color, (at, at, at + 8, at + 8))
        frames.append(frame)
    file = io.BytesIO()
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    return Image.open(file)


for name, at in (("odd", 5), ("even", 4)):
    image = reopened(at)
    print(f"a square at an {name} place:", image.mode, image.getpixel((0, 0)))
PYTHON
