#!/usr/bin/env bash
# A blur of libvips is narrower than the sigma that it is asked for: its kernel ends where it falls below a fifth of its peak.
cd "$(dirname "$0")" && . ./fresh.sh

# gaussblur takes min_ampl for where the kernel ends, and 0.2 for it unless told: 1.8 sigmas, where the bell is still a
# fifth of its height. What is left has a standard deviation of four fifths of sigma, and a sharp end. imgproxy and sharp
# blur so; Pillow's Gaussian, and CSS, are as wide as they are asked to be.
packages pyvips==3.2.0 pyvips-binary==8.18.7 pillow==12.1.1
sees 'sigma 10, by libvips: 8.2
sigma 10, by libvips with a min_ampl of 0.001: 10.0
sigma 10, by Pillow: 10.0' <<'PYTHON'
import pyvips
from PIL import Image, ImageFilter

SIDE = 201
MIDDLE = SIDE // 2


def told(name, rises):
    """The standard deviation of the steps that a blurred edge is made of."""
    places = [place + 0.5 - MIDDLE for place, rise in enumerate(rises) if rise]
    weights = [rise for rise in rises if rise]
    spread = (sum(w * p * p for p, w in zip(places, weights)) / sum(weights)) ** 0.5
    print(f"sigma 10, by {name}: {spread:.1f}")


def steps(levels):
    return [after - before for before, after in zip(levels, levels[1:])]


edge = pyvips.Image.black(SIDE, 9).draw_rect(60000.0, MIDDLE + 1, 0, SIDE, 9, fill=True).cast("float")
for name, wanted in (("libvips", {}), ("libvips with a min_ampl of 0.001", {"min_ampl": 0.001})):
    blurred = edge.gaussblur(10, precision="float", **wanted)
    told(name, steps([round(blurred(x, 4)[0]) for x in range(SIDE)]))
gray = Image.new("L", (SIDE, 9))
gray.paste(255, (MIDDLE + 1, 0, SIDE, 9))
blurred = gray.filter(ImageFilter.GaussianBlur(10))
told("Pillow", steps([blurred.getpixel((x, 4)) for x in range(SIDE)]))
PYTHON
