#!/usr/bin/env bash
# A stroke of a pixel or less has no corners: the pixel at the corner of a frame is paler than its sides, or is not there.
cd "$(dirname "$0")" && . ./fresh.sh

# A browser draws what a stroke covers, however thin it is. tiny-skia, which resvg draws with, makes lines of strokes that
# are at most a pixel wide once they are scaled, and those have neither joins nor caps; at 1.01 pixels all is as it should be.
packages resvg==0.2.0 pillow==12.1.1
sees 'width 1: side 255, corner 191
width 1.01: side 255, corner 255
width 1, between pixels: side 128, corner 0
width 1.01, between pixels: side 128, corner 64' <<'PYTHON'
import io

import resvg
from PIL import Image

options = resvg.usvg.Options.default()


def alpha(width, at):
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">'
        f'<rect x="{at}" y="{at}" width="6" height="6" fill="none" stroke="black" stroke-width="{width}"/></svg>'
    )
    png = bytes(resvg.render(resvg.usvg.Tree.from_str(svg, options), (1, 0, 0, 0, 1, 0)))
    return Image.open(io.BytesIO(png)).getchannel("A")


for at, words in ((1.5, ""), (2, ", between pixels")):
    for width in (1, 1.01):
        found, last = alpha(width, at), 7 if at == 1.5 else 8
        print(f"width {width}{words}: side {found.getpixel((last, 5))}, corner {found.getpixel((last, last))}")
PYTHON
