#!/usr/bin/env bash
# What an <svg> in an <svg> says of itself as a group is done twice: half transparent is a quarter, 10 pixels are 20.
cd "$(dirname "$0")" && . ./fresh.sh

# SVG 2 allows `transform`, `opacity`, `filter`, `mask` and `clip-path` on a nested <svg>, and browsers do each of them
# once. usvg makes two groups of the element, one for what it says and one for its clipping rectangle, and both have it.
# Whoever puts a frame around a drawing to give it another size makes its root a nested one.
packages resvg==0.2.0 pillow==12.1.1
sees 'opacity: group 128, nested 64
transform: group (10, 10, 30, 30), nested (20, 20, 40, 40)' <<'PYTHON'
import io

import resvg
from PIL import Image

options = resvg.usvg.Options.default()


def alpha(content):
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="60">{content}</svg>'
    png = bytes(resvg.render(resvg.usvg.Tree.from_str(svg, options), (1, 0, 0, 0, 1, 0)))
    return Image.open(io.BytesIO(png)).getchannel("A")


shape = '<rect width="20" height="20"/>'
ways = {"group": "<g {}>{}</g>", "nested": '<svg width="20" height="20" {}>{}</svg>'}
found = {way: alpha(text.format('opacity="0.5"', shape)).getpixel((5, 5)) for way, text in ways.items()}
print(f"opacity: group {found['group']}, nested {found['nested']}")
found = {way: alpha(text.format('transform="translate(10 10)"', shape)).getbbox() for way, text in ways.items()}
print(f"transform: group {found['group']}, nested {found['nested']}")
PYTHON
