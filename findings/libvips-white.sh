#!/usr/bin/env bash
# libvips makes a white picture gray in places where it makes it smaller: some of its weights add up to less than one.
cd "$(dirname "$0")" && . ./fresh.sh

# Each weight of a reduction is cut to 1/4096, and what they lack together is not given back to any of them. Mostly
# rounding hides it; for one factor in some hundreds a level is lost, and white is 254 there.
packages pyvips==3.2.0 pyvips-binary==8.18.7
sees '230 pixels of 255, times 0.26773: 254 to 255
60 pixels of 255, times 0.5: 255 to 255
widths 200 to 799 to 100 pixels: 254 in 1 of 600' <<'PYTHON'
import pyvips


def scaled(width, factor):
    white = (pyvips.Image.black(width, 1) + 255).cast("uchar")
    found = white.resize(factor, vscale=1.0)
    return int(found.min()), int(found.max())


for width, factor in ((230, 0.26773), (60, 0.5)):
    least, most = scaled(width, factor)
    print(f"{width} pixels of 255, times {factor}: {least} to {most}")
lost = sum(scaled(width, 100 / width)[0] < 255 for width in range(200, 800))
print(f"widths 200 to 799 to 100 pixels: 254 in {lost} of 600")
PYTHON
