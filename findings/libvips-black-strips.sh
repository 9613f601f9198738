#!/usr/bin/env bash
# libvips shows a TIFF whose compression it does not know as black, and raises nothing unless it is told to.
cd "$(dirname "$0")" && . ./fresh.sh

# libtiff reports the strip, libvips' default (fail_on=none) goes on without its pixels, as for a file that is cut off.
# Compressions that the tag may name and a build lacks: JPEG XL, JPEG XR, JPEG 2000, old JPEG.
packages pyvips==3.2.0 pyvips-binary==8.18.7 numpy==2.4.6 tifffile==2026.3.3 imagecodecs==2026.3.6
sees 'unless told otherwise: 0.0
fail_on=error: Error' <<'PYTHON'
import numpy
import pyvips
import tifffile

tifffile.imwrite("a.tif", numpy.full((64, 64, 3), 200, numpy.uint8), compression="jpegxl", photometric="rgb")
print("unless told otherwise:", pyvips.Image.new_from_file("a.tif").avg())
try:
    print("fail_on=error:", pyvips.Image.new_from_file("a.tif", fail_on="error").avg())
except pyvips.Error as error:
    print("fail_on=error:", type(error).__name__)
PYTHON
