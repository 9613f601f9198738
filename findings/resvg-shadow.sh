#!/usr/bin/env bash
# The color of a shadow that is mixed in sRGB is lighter than it says, and a lamp's is in linear light: 128 is 188 or 176.
cd "$(dirname "$0")" && . ./fresh.sh

# Filter Effects: flood-color and lighting-color are sRGB, and are converted where color-interpolation-filters is
# linearRGB. resvg writes a shadow's as if it were linear light already, and takes a lamp's for it.
# The function drop-shadow() is in sRGB always. Chromium 156 shows 128, 120 for the lamp.
packages resvg==0.2.0 pillow==12.1.1
sees 'feDropShadow in sRGB: 188, drop-shadow(): 188, feFlood in sRGB: 128
feDiffuseLighting in linearRGB: 176' <<'PYTHON'
import io

import resvg
from PIL import Image

options = resvg.usvg.Options.default()


def green(content):
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="60">{content}</svg>'
    png = bytes(resvg.render(resvg.usvg.Tree.from_str(svg, options), (1, 0, 0, 0, 1, 0)))
    return Image.open(io.BytesIO(png)).getpixel((32, 32))[1]


def filtered(space, inside):
    return green(
        f'<filter id="f" color-interpolation-filters="{space}">{inside}</filter>'
        '<rect width="30" height="30" fill="blue" filter="url(#f)"/>'
    )


shadow = filtered("sRGB", '<feDropShadow dx="9" dy="9" stdDeviation="0" flood-color="#008000"/>')
function = green('<rect width="30" height="30" fill="blue" style="filter:drop-shadow(9px 9px 0 #008000)"/>')
flood = filtered("sRGB", '<feFlood flood-color="#008000"/>')
print(f"feDropShadow in sRGB: {shadow}, drop-shadow(): {function}, feFlood in sRGB: {flood}")
lamp = '<feDistantLight azimuth="45" elevation="60"/>'
lit = filtered("linearRGB", f'<feDiffuseLighting lighting-color="#008000">{lamp}</feDiffuseLighting>')
print(f"feDiffuseLighting in linearRGB: {lit}")
PYTHON
