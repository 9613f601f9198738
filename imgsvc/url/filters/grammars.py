"""Grammars of the options that change how the picture looks."""

from dataclasses import replace
from typing import Any

from imgsvc.options.filters import Area, Corners, Ramp
from imgsvc.url.arguments import (
    ABOVE_ZERO,
    BOOLEAN,
    BRIGHTNESS,
    COLOR,
    DIRECTION,
    FRACTION,
    NATURAL,
    NOT_NEGATIVE,
    UNSHARP_MODE,
    Argument,
)
from imgsvc.url.grammar import DEFAULTS, Args, Context, Grammar, Options, several, shortened, shown, updated

_SIDES = 4
# SECURITY: each may be all of the picture, and 300 such areas take longer than a request may.
_MOST_AREAS = 16


def _adjust(args: Args, options: Options, _context: Context) -> Options:
    return replace(
        options,
        brightness=updated(BRIGHTNESS, args, 0, options.brightness),
        contrast=updated(NOT_NEGATIVE, args, 1, options.contrast),
        saturation=updated(NOT_NEGATIVE, args, 2, options.saturation),
    )


def _ramped(name: str, *arguments: Argument[Any]) -> Grammar:
    """As `several`, where the last value is a ramp: direction, start and stop."""
    flat = (*arguments, DIRECTION, FRACTION, FRACTION)

    def apply(args: Args, options: Options, _context: Context) -> Options:
        *values, ramp = getattr(options, name)
        current = (*values, *ramp)
        found = [updated(each, args, i, current[i]) if i else each.read(args[0]) for i, each in enumerate(flat)]
        made = getattr(DEFAULTS, name)._make((*found[:-3], Ramp(*found[-3:])))
        changed: dict[str, Any] = {name: made}
        return replace(options, **changed)

    def build(options: Options) -> list[list[str]]:
        (*values, ramp), (*usual, usual_ramp) = getattr(options, name), getattr(DEFAULTS, name)
        same = (values, ramp) == (usual, usual_ramp)
        return [] if same else [shown(flat, (*values, *ramp), (*usual, *usual_ramp))]

    return Grammar(apply, build, most=len(flat))


def _on_areas(name: str, strength: Argument[float] | Argument[int]) -> Grammar:
    """A strength, then areas of four fractions each; without areas, those that there are stay."""

    def apply(args: Args, options: Options, _context: Context) -> Options:
        current = getattr(options, name)
        fractions = [FRACTION.read(text) for text in args[1:]]
        if len(fractions) % _SIDES:
            raise ValueError(f"{len(fractions)} fractions are no areas of left, top, width and height")
        areas = tuple(Area(*fractions[i : i + _SIDES]) for i in range(0, len(fractions), _SIDES)) or current.areas
        wanted = strength.read(args[0])
        # SECURITY: whoever wants something hidden is not to be shown all of it.
        if wanted > 0 and not areas:
            raise ValueError("no area is named")
        changed: dict[str, Any] = {name: current._make((wanted, areas))}
        return replace(options, **changed)

    def build(options: Options) -> list[list[str]]:
        value = getattr(options, name)
        written = [strength.write(value[0]), *(FRACTION.write(side) for area in value.areas for side in area)]
        return [] if value == getattr(DEFAULTS, name) else [written]

    return Grammar(apply, build, most=1 + _MOST_AREAS * _SIDES)


def _unsharp(args: Args, options: Options, _context: Context) -> Options:
    return replace(
        options,
        unsharp_masking_mode=updated(UNSHARP_MODE, args, 0, options.unsharp_masking_mode),
        unsharp_masking_weight=updated(ABOVE_ZERO, args, 1, options.unsharp_masking_weight),
        unsharp_masking_divider=updated(ABOVE_ZERO, args, 2, options.unsharp_masking_divider),
    )


def _write_unsharp(options: Options) -> list[list[str]]:
    mode, numbers = options.unsharp_masking_mode, (options.unsharp_masking_weight, options.unsharp_masking_divider)
    texts = [mode or "", *("" if number is None else ABOVE_ZERO.write(number) for number in numbers)]
    return [shortened(texts, "")] if any(texts) else []


def _corners(args: Args, options: Options, _context: Context) -> Options:
    # A corner that is not given is like the one opposite it, the second like the first: as in CSS.
    first = NOT_NEGATIVE.read(args[0])
    second = updated(NOT_NEGATIVE, args, 1, first)
    corners = Corners(first, second, updated(NOT_NEGATIVE, args, 2, first), updated(NOT_NEGATIVE, args, 3, second))
    return replace(options, round_corners=corners)


def _write_corners(options: Options) -> list[list[str]]:
    radii = list(options.round_corners)
    for count, opposite in ((4, 1), (3, 0), (2, 0)):
        if len(radii) == count and radii[-1] == radii[opposite]:
            radii.pop()
    return [] if options.round_corners == Corners() else [[NOT_NEGATIVE.write(radius) for radius in radii]]


ADJUST = Grammar(_adjust, most=3)
MONOCHROME = several("monochrome", FRACTION, COLOR)
DUOTONE = several("duotone", FRACTION, COLOR, COLOR)
COLORIZE = several("colorize", FRACTION, COLOR, BOOLEAN)
BORDER = several("border", NATURAL, COLOR)
GRADIENT = _ramped("gradient", FRACTION, COLOR)
PROGRESSIVE_BLUR = _ramped("progressive_blur", NOT_NEGATIVE)
BLUR_AREAS = _on_areas("blur_areas", NOT_NEGATIVE)
PIXELATE_AREAS = _on_areas("pixelate_areas", NATURAL)
UNSHARP_MASKING = Grammar(_unsharp, _write_unsharp, most=3)
ROUND_CORNERS = Grammar(_corners, _write_corners, most=4)
