"""The rows of the options that change how the picture looks, in the order of their steps."""

from imgsvc.url.arguments import BRIGHTNESS, FRACTION, NOT_NEGATIVE
from imgsvc.url.filters.grammars import (
    ADJUST,
    BLUR_AREAS,
    BORDER,
    COLORIZE,
    DUOTONE,
    GRADIENT,
    MONOCHROME,
    PIXELATE_AREAS,
    PROGRESSIVE_BLUR,
    ROUND_CORNERS,
    UNSHARP_MASKING,
)
from imgsvc.url.grammar import one
from imgsvc.url.row import OptionRow

_AREAS = "left:top:width:height[:left:top:width:height...]"
_RAMP = "direction[:start[:stop]]"

# fmt: off
FILTERS: tuple[OptionRow, ...] = (
    OptionRow(
        ("background_alpha", "bga"), "0 to 1", one("background_alpha", FRACTION), "bga:0.5",
        "Opacity of `background`; a format without transparency lays it on white.",
    ),
    OptionRow(
        ("unsharp_masking", "ush"), "[mode][:weight[:divider]]", UNSHARP_MASKING, "ush:always:1:24",
        "Sharpens by a mask of the eight neighbors: `always`, `auto` where the picture was made smaller and `sharpen` "
        "is off, or `none`; a larger weight and a smaller divider sharpen more.",
    ),
    OptionRow(
        ("adjust", "a"), "[brightness][:contrast[:saturation]]", ADJUST, "a:10:1.2:0.8",
        "Brightness, contrast and saturation in one; any may be empty.",
    ),
    OptionRow(
        ("brightness", "br"), "-255 to 255", one("brightness", BRIGHTNESS), "br:20",
        "Adds so many levels to each channel; 0 is off.",
    ),
    OptionRow(
        ("contrast", "co"), "factor", one("contrast", NOT_NEGATIVE), "co:1.3",
        "Moves each channel away from the middle gray, or below 1 towards it; 1 is off.",
    ),
    OptionRow(
        ("saturation", "sa"), "factor", one("saturation", NOT_NEGATIVE), "sa:0.5",
        "Multiplies how colorful each pixel is, and keeps its lightness; 0 is gray, 1 is off.",
    ),
    OptionRow(
        ("monochrome", "mc"), "intensity[:color]", MONOCHROME, "mc:1:8a6d3b",
        "Mixes in shades of one color, from black over the color to white; intensity from 0 to 1.",
    ),
    OptionRow(
        ("duotone", "dt"), "intensity[:dark[:light]]", DUOTONE, "dt:1:1b2a49:ffd9a0",
        "Mixes in shades between two colors, that of dark and that of light parts; intensity from 0 to 1.",
    ),
    OptionRow(
        ("blur_areas", "ba"), f"sigma:{_AREAS}", BLUR_AREAS, "ba:12:0.2:0.1:0.3:0.4",
        "Blurs at most 16 areas, in fractions of the upright source; they follow crop, scale, `rotate` and `flip`. "
        "A small sigma does not make a face or a number unreadable: use large blocks of `pixelate_areas`, or cover it.",
    ),
    OptionRow(
        ("pixelate_areas", "pixa"), f"pixels:{_AREAS}", PIXELATE_AREAS, "pixa:24:0.2:0.1:0.3:0.4",
        "Makes blocks of areas, which are given as for `blur_areas`; 0 and 1 are off. imgsvc's own.",
    ),
    OptionRow(
        ("progressive_blur", "pbl"), f"sigma[:{_RAMP}]", PROGRESSIVE_BLUR, "pbl:8:down:0.4",
        "Blurs more and more, from nothing at start to sigma at stop.",
    ),
    OptionRow(
        ("border",), "pixels[:color]", BORDER, "border:4:ffffff",
        "Draws a frame on the outermost pixels of the picture, round where its corners are. imgsvc's own.",
    ),
    OptionRow(
        ("round_corners", "rc"), "radius[:top right[:bottom right[:bottom left]]]", ROUND_CORNERS, "rc:20",
        "Rounds the picture's corners, the first radius being that of the top left; pixels, or below 1 a fraction of "
        "the shorter side: `rc:0.5` makes a circle of a square. imgsvc's own.",
    ),
    OptionRow(
        ("colorize", "col"), "opacity[:color[:keep_alpha]]", COLORIZE, "col:0.3:ff8800",
        "Lays one color over the result; keep_alpha leaves its transparency as it is.",
    ),
    OptionRow(
        ("gradient", "gr"), f"opacity[:color[:{_RAMP}]]", GRADIENT, "gr:0.7:000000:down:0.5",
        "Lays a color over the result, from nothing at start to opacity at stop.",
    ),
)
# fmt: on
