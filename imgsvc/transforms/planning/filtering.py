"""Filters: what of the picture's looks is changed, in pixels of the result, worked out before it is decoded."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum

from imgsvc.options.color import WHITE, Color
from imgsvc.options.filters import (
    Area,
    Border,
    Colorize,
    Corners,
    Duotone,
    Gradient,
    Monochrome,
    ProgressiveBlur,
    Ramp,
    UnsharpMode,
)
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Box, Size
from imgsvc.options.processing import ProcessingOptions
from imgsvc.transforms.planning.placing import Placing
from imgsvc.transforms.planning.rounding import half_even

Line = tuple[str, str]

# Where a coordinate is a whole number but for the error of floating point.
_TINY = 1e-6


class Stage(Enum):
    """When areas are filtered: at the end, or before a crop whose place only the pixels can tell."""

    STORED = "before the crop"
    SCALED = "before the crop to the result"
    FINISHED = "in the result"


@dataclass(frozen=True, slots=True)
class Unsharp:
    """A mask of the eight neighbors, each of this weight, and what its sum is divided by."""

    weight: float
    divider: float


@dataclass(frozen=True, slots=True)
class Areas:
    """Boxes to be filtered, and how strong: a sigma, or the side of a block, in pixels of that stage."""

    strength: float
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """What each step does; as it is here, none does anything."""

    unsharp_masking: Unsharp | None = None
    brightness: int = 0
    contrast: float = 1.0
    saturation: float = 1.0
    monochrome: Monochrome = Monochrome()
    duotone: Duotone = Duotone()
    stage: Stage = Stage.FINISHED
    blur_areas: Areas | None = None
    pixelate_areas: Areas | None = None
    progressive_blur: ProgressiveBlur = ProgressiveBlur()
    border: Border = Border()
    # In pixels of the result.
    corners: Corners = Corners()
    background_alpha: float = 1.0
    colorize: Colorize = Colorize()
    gradient: Gradient = Gradient()


NEUTRAL = Filters()


def filters(options: ProcessingOptions, placing: Placing, size: Size, dpr: float, format_: Format) -> Filters:
    """What is asked for of a result of `size`, before anything is laid around it; NEUTRAL where nothing is."""
    if not asks_for_filters(options):
        return NEUTRAL
    stage = _stage(placing)
    found = Filters(
        unsharp_masking=_unsharp(options, placing),
        brightness=options.brightness,
        contrast=options.contrast,
        saturation=options.saturation,
        monochrome=options.monochrome,
        duotone=options.duotone,
        stage=stage,
        blur_areas=_areas(*options.blur_areas, placing, stage) if options.blur_areas.sigma > 0 else None,
        pixelate_areas=_areas(*options.pixelate_areas, placing, stage) if options.pixelate_areas.side > 1 else None,
        progressive_blur=options.progressive_blur,
        border=Border(half_even(min(options.border.width, max(size)) * dpr), options.border.color),
        corners=corners_within(options.round_corners, size, dpr),
        background_alpha=options.background_alpha if options.background and format_.traits.alpha else 1.0,
        colorize=options.colorize,
        gradient=options.gradient,
    )
    return NEUTRAL if replace(found, stage=NEUTRAL.stage) == NEUTRAL else found


def asks_for_filters(options: ProcessingOptions) -> bool:
    """Any of these options is not as it is by itself."""
    return bool(
        options.brightness
        or options.contrast != 1
        or options.saturation != 1
        or options.background_alpha != 1
        or options.unsharp_masking_mode not in (None, UnsharpMode.NONE)
        or any(
            each[0]
            for each in (
                options.monochrome,
                options.duotone,
                options.blur_areas,
                options.pixelate_areas,
                options.progressive_blur,
                options.border,
                options.colorize,
                options.gradient,
            )
        )
        or any(options.round_corners)
    )


def background_of(options: ProcessingOptions, format_: Format) -> Color | None:
    """What is transparent is laid on; for a format without transparency, what white shows through is in it."""
    if options.background is None:
        return None if format_.traits.alpha else WHITE
    if format_.traits.alpha or options.background_alpha == 1:
        return options.background
    alpha = options.background_alpha
    return Color(*(round(level * alpha + 255 * (1 - alpha)) for level in options.background))


def corners_within(corners: Corners, size: Size, dpr: float) -> Corners:
    """Radii in pixels; where two of them exceed a side, all shrink alike, as in CSS."""
    shorter = min(size)
    radii = [min(each * dpr, 2.0 * max(size)) if each >= 1 else each * shorter for each in corners]
    top_left, top_right, bottom_right, bottom_left = radii
    sums = (
        (size.width, top_left + top_right),
        (size.width, bottom_left + bottom_right),
        (size.height, top_left + bottom_left),
        (size.height, top_right + bottom_right),
    )
    factor = min([1.0, *(side / both for side, both in sums if both > side)])
    return Corners(*(radius * factor for radius in radii))


def _unsharp(options: ProcessingOptions, placing: Placing) -> Unsharp | None:
    mode = options.unsharp_masking_mode
    wanted = mode is UnsharpMode.ALWAYS or (mode is UnsharpMode.AUTO and placing.is_smaller and options.sharpen == 0)
    weight, divider = options.unsharp_masking_weight, options.unsharp_masking_divider
    return Unsharp(weight or 1.0, divider or 24.0) if wanted else None


def _stage(placing: Placing) -> Stage:
    if placing.crop and placing.crop.box is None:
        return Stage.STORED
    if placing.result_crop and placing.result_crop.box is None:
        return Stage.SCALED
    return Stage.FINISHED


def _areas(strength: float, areas: Iterable[Area], placing: Placing, stage: Stage) -> Areas | None:
    """The boxes of that stage that lie in its picture; no part of a pixel is left out."""
    if stage is Stage.STORED:
        strength, size = strength / placing.factor, placing.loaded
        found = (placing.on_loaded(area) for area in areas)
    elif stage is Stage.SCALED:
        size, found = placing.upright, (placing.on_upright(area) for area in areas)
    else:
        size, found = placing.result, (placing.on_result(area) for area in areas)
    boxes = tuple(box for each in found if (box := _covering(each, size)))
    return Areas(strength, boxes) if boxes else None


def _covering(area: tuple[float, float, float, float], size: Size) -> Box | None:
    left, top, right, bottom = area
    if right - left < _TINY or bottom - top < _TINY:
        return None
    box = Box(
        max(0, math.floor(left + _TINY)),
        max(0, math.floor(top + _TINY)),
        min(size.width, math.ceil(right - _TINY)),
        min(size.height, math.ceil(bottom - _TINY)),
    )
    return box if min(box.size) > 0 else None


def describe_colors(found: Filters) -> Iterator[Line]:
    """What stands before `blur`."""
    if unsharp := found.unsharp_masking:
        yield "unsharp masking", f"weight {unsharp.weight:g}, divided by {unsharp.divider:g}"
    if found.brightness:
        yield "brightness", f"{found.brightness:+d}"
    for name, factor in (("contrast", found.contrast), ("saturation", found.saturation)):
        if factor != 1:
            yield name, f"times {factor:g}"
    if found.monochrome.intensity:
        yield "monochrome", f"{found.monochrome.intensity:g} of #{found.monochrome.color.hex()}"
    if found.duotone.intensity:
        dark, light = found.duotone.dark.hex(), found.duotone.light.hex()
        yield "duotone", f"{found.duotone.intensity:g} of #{dark} to #{light}"


def describe_parts(found: Filters) -> Iterator[Line]:
    """What stands behind `pixelate`."""
    for name, of, areas in (
        ("blur areas", "sigma", found.blur_areas),
        ("pixelate areas", "blocks of", found.pixelate_areas),
    ):
        if areas:
            boxes = ", ".join(f"{b.size.width}x{b.size.height} at {b.left},{b.top}" for b in areas.boxes)
            yield name, f"{of} {areas.strength:g}, {found.stage.value}: {boxes}"
    if found.progressive_blur.sigma:
        yield "progressive blur", f"sigma {found.progressive_blur.sigma:g}{_along(found.progressive_blur.ramp)}"
    if found.border.width:
        yield "border", f"{found.border.width} pixels of #{found.border.color.hex()}"
    if any(found.corners):
        yield "round corners", ", ".join(f"{radius:g}" for radius in found.corners)


def describe_layers(found: Filters) -> Iterator[Line]:
    """What is laid over all."""
    if found.colorize.opacity:
        kept = ", where it is opaque" if found.colorize.keeps_alpha else ""
        yield "colorize", f"{found.colorize.opacity:g} of #{found.colorize.color.hex()}{kept}"
    if found.gradient.opacity:
        yield "gradient", f"{found.gradient.opacity:g} of #{found.gradient.color.hex()}{_along(found.gradient.ramp)}"


def _along(ramp: Ramp) -> str:
    return f", {ramp.degrees:g} degrees from downwards, from {ramp.start:g} to {ramp.stop:g}"
