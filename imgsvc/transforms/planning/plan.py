"""Plan: every size and box of a rendition, worked out before a pixel is decoded.

Two frames of reference meet here: what a client asks for is upright, while a source is cropped and scaled as it
is stored, because turning what is thrown away would be a waste.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from imgsvc.options.color import Color
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Box, Gravity, ResizingAlgorithm, Size
from imgsvc.options.processing import ProcessingOptions
from imgsvc.transforms.planning.bounds import bounded, check_size
from imgsvc.transforms.planning.filtering import (
    Filters,
    background_of,
    describe_colors,
    describe_layers,
    describe_parts,
    filters,
)
from imgsvc.transforms.planning.finishing import Finish, finish_of
from imgsvc.transforms.planning.loading import (
    FINE_MARGIN,
    Loading,
    freely,
    from_thumbnail,
    guarded,
    raster,
    rescaled,
    shrunk_crop,
    shrunk_gravity,
    vector,
)
from imgsvc.transforms.planning.orientation import Turn, turn_of
from imgsvc.transforms.planning.parts import Part, part_of
from imgsvc.transforms.planning.placing import Placing
from imgsvc.transforms.planning.position import Cut, cut
from imgsvc.transforms.planning.resampling import Resampling, resampling, stretching
from imgsvc.transforms.planning.rounding import smaller_of
from imgsvc.transforms.planning.scaling import Scaling, scaling
from imgsvc.transforms.planning.sizes import Sizes, crop_size, sizes

Line = tuple[str, str]


@dataclass(frozen=True, slots=True)
class SourceShape:
    """What a plan depends on of a source: its size as stored, EXIF orientation (1 if it is to be ignored), kind."""

    size: Size
    orientation: int = 1
    is_vector: bool = False
    # Its decoder gives it at any smaller size.
    scales_freely: bool = False
    # Made smaller by no more than this it is decoded whole all the same.
    whole_up_to: float = 1.0
    # Smaller copies of it that its file has, as stored.
    thumbnails: tuple[Size, ...] = ()
    # What was left by trimming, and of what.
    part: tuple[Box, Size] | None = None
    # Its decoder goes row by row, and could if it were not interlaced.
    by_rows: bool = False
    is_interlaced: bool = False
    # It can go so, and does where it is scaled in linear light, from more pixels than are needed otherwise.
    by_rows_if_linear: bool = False


class _Wish(NamedTuple):
    """What a client asks for: how the source is turned, how large it is upright then, and the sizes from there on."""

    turn: Turn
    source: Size
    sizes: Sizes


@dataclass(frozen=True, slots=True)
class Plan:
    """What each step does, in their order; None where a step has nothing to do."""

    # As stored: before the first step the decoder's divisor, or the size at which it draws or decodes.
    load_shrink: int
    load_size: Size | None
    # Or what it leaves out, and how it shrinks the rest.
    load_part: Part
    loaded_size: Size
    crop: Cut | None
    scale: Resampling
    # None: the usual ones.
    algorithm: ResizingAlgorithm | None
    # Of the scaled image what `result_crop` keeps, where it is known before there is one: no more has to be made.
    scale_part: Box | None
    linear: bool
    turn: Turn
    # Upright
    result_crop: Cut | None
    blur: float
    sharpen: float
    pixelate: int
    finish: Finish
    filters: Filters
    background: Color | None
    # What is left of the requested dpr; a watermark's offsets obey it.
    dpr: float

    @property
    def result_size(self) -> Size:
        """The size that `transform` gives, to the pixel."""
        return self.finish.result_size

    @property
    def most_pixels(self) -> int:
        """Of the largest picture that a step makes once the source is there."""
        scaled = self.scale_part.size if self.scale_part else self.scale.size
        return max(size.width * size.height for size in (scaled, self.finish.largest))

    def describe(self) -> list[Line]:
        """Subject and statement for each step that does something, in their order."""
        return list(_lines(self))


def plan(
    shape: SourceShape,
    options: ProcessingOptions,
    *,
    result_format: Format,
    max_result_dimension: int = 0,
    load_shrinks: tuple[int, ...] = (),
    vector_max_pixels: int = 0,
    linear: bool = False,
) -> Plan:
    """Work out everything; ResolutionError where a step would make more pixels than a worker can hold."""
    options = bounded(options)
    wish = _wish(shape, options, max_result_dimension, vector_max_pixels)
    turn, source, found = wish
    is_fine = options.scales_finely
    loading = _loading(shape, source, found.scaling, load_shrinks, turn, FINE_MARGIN if is_fine else 1.0)
    placing = _placing(shape, options, wish, loading)
    if is_fine and placing.scale.shrinks:
        linear, placing = True, _stretched(placing)
    part = _part(shape, placing, options, linear=linear, fine=is_fine)
    finish = finish_of(placing.result, found, options, result_format)
    check_size(finish.largest, source, "extending")
    return Plan(
        load_shrink=loading.shrink,
        load_size=placing.loaded if _has_load_size(shape, source, loading) else None,
        load_part=part,
        loaded_size=part.loaded(placing.loaded),
        crop=None if part.box else placing.crop,
        scale=part.left(placing.scale),
        algorithm=None if options.resizing_algorithm is ResizingAlgorithm.LANCZOS3 else options.resizing_algorithm,
        scale_part=placing.kept,
        linear=linear,
        turn=turn,
        result_crop=placing.result_crop,
        blur=options.blur,
        sharpen=options.sharpen,
        pixelate=options.pixelate,
        finish=finish,
        filters=filters(options, placing, placing.result, found.scaling.dpr, result_format),
        background=background_of(options, result_format),
        dpr=found.scaling.dpr,
    )


def _wish(shape: SourceShape, options: ProcessingOptions, max_result_dimension: int, vector_max_pixels: int) -> _Wish:
    turn = turn_of(shape.orientation, options)
    source = turn.size(guarded(shape.size, vector_max_pixels) if shape.is_vector else shape.size)
    cropped = smaller_of(crop_size(source, options.crop, options.crop_aspect_ratio), source)
    factors = scaling(cropped, options, enlarges=options.enlarge or shape.is_vector)
    return _Wish(turn, source, sizes(cropped, options, factors, max_result_dimension))


def _placing(shape: SourceShape, options: ProcessingOptions, wish: _Wish, loading: Loading) -> Placing:
    turn, source, found = wish
    loaded = turn.size(loading.size)
    first_cut = _first_cut(source, options, loading, turn)
    scale = _scale(first_cut.size if first_cut else loaded, rescaled(source, loading, found.scaling), turn)
    upright = turn.size(scale.size)
    check_size(upright, source, "scaling")
    result_cut = cut(upright, found.result_crop, options.gravity, found.scaling.dpr)
    return Placing(
        turn.size(source), loaded, first_cut, scale, shape.orientation, turn, upright, result_cut, shape.part
    )


def _stretched(placing: Placing) -> Placing:
    """The same over all of the picture: libvips leaves out up to half of a result's pixel, at the right and below."""
    return replace(placing, scale=stretching(placing.scale.source, placing.scale.size))


def _has_load_size(shape: SourceShape, source: Size, loading: Loading) -> bool:
    """It is decoded at a size of its own, and not at its full one or a fraction of that."""
    return shape.is_vector or (loading.shrink == 1 and loading.size != source)


def _loading(
    shape: SourceShape, source: Size, wish: Scaling, load_shrinks: tuple[int, ...], turn: Turn, margin: float
) -> Loading:
    if shape.is_vector:
        return vector(source, wish)
    if shape.scales_freely:
        return freely(source, wish, margin, shape.whole_up_to)
    if shape.thumbnails:
        return from_thumbnail(source, wish, tuple(map(turn.size, shape.thumbnails)), margin)
    return raster(source, wish, load_shrinks, margin)


def _scale(size: Size, factors: tuple[float, float], turn: Turn) -> Resampling:
    return resampling(size, *(reversed(factors) if turn.is_sideways else factors))


def _part(shape: SourceShape, placing: Placing, options: ProcessingOptions, *, linear: bool, fine: bool) -> Part:
    if shape.by_rows or (linear and shape.by_rows_if_linear and placing.scale.shrinks):
        is_other = options.resizing_algorithm is not ResizingAlgorithm.LANCZOS3
        return part_of(placing.crop, placing.scale, placing.kept, linear=linear, fine=fine, other_kernel=is_other)
    return Part(whole_for="it is interlaced" if shape.is_interlaced and placing.scale.shrinks else "")


def _first_cut(source: Size, options: ProcessingOptions, loading: Loading, turn: Turn) -> Cut | None:
    """The `crop` option, in pixels of what is decoded and as it is stored. Its offsets know nothing of dpr."""
    gravity: Gravity = options.crop.gravity or options.gravity
    size = shrunk_crop(crop_size(source, options.crop, options.crop_aspect_ratio), source, loading)
    return cut(turn.size(loading.size), turn.wanted(size), turn.undo(shrunk_gravity(gravity, source, loading)))


def _lines(plan: Plan) -> Iterator[Line]:
    yield from _source_lines(plan)
    yield from _cut_lines("crop to result", plan.result_crop)
    yield from describe_colors(plan.filters)
    yield from _filter_lines(plan)
    yield from describe_parts(plan.filters)
    yield from plan.finish.describe()
    if plan.background:
        opacity = plan.filters.background_alpha
        share = f"{opacity:g} of " if opacity < 1 else ""
        yield "flatten", f"on {share}#{plan.background.hex()} where transparent"
    yield from describe_layers(plan.filters)


def _source_lines(plan: Plan) -> Iterator[Line]:
    if plan.load_size:
        yield "loaded at", _shown(plan.load_size)
    elif plan.load_shrink > 1:
        yield "decoded at", f"{_shown(plan.loaded_size)}: each side divided by {plan.load_shrink}"
    yield from plan.load_part.describe()
    yield from _cut_lines("crop", plan.crop)
    if plan.scale.size != (plan.crop.size if plan.crop else plan.loaded_size):
        kernel = f", {plan.algorithm}" if plan.algorithm and not plan.linear else ""
        yield "scale", f"to {_shown(plan.scale.size)}{' in linear light' if plan.linear else kernel}"
    if not plan.turn.is_identity:
        yield "turn", f"{plan.turn.quarters * 90} degrees clockwise{', then mirror' if plan.turn.mirrored else ''}"


def _filter_lines(plan: Plan) -> Iterator[Line]:
    for name, sigma in (("blur", plan.blur), ("sharpen", plan.sharpen)):
        if sigma > 0:
            yield name, f"sigma {sigma:g}"
    if plan.pixelate > 1:
        yield "pixelate", f"in blocks of {plan.pixelate}x{plan.pixelate}"


def _cut_lines(name: str, kept: Cut | None) -> Iterator[Line]:
    if kept and kept.box:
        yield name, f"to {_shown(kept.size)} at {kept.box.left},{kept.box.top}"
    elif kept:
        yield name, f"to {_shown(kept.size)} where the picture draws attention"


def _shown(size: Size) -> str:
    return f"{size.width}x{size.height}"
