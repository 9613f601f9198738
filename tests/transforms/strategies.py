"""Hypothesis: sources and wishes of every kind, small enough to be carried out."""

from typing import Any

from hypothesis import strategies as st

from imgsvc.options.color import Color
from imgsvc.options.filters import (
    Area,
    BlurAreas,
    Border,
    Colorize,
    Corners,
    Duotone,
    Gradient,
    Monochrome,
    PixelateAreas,
    ProgressiveBlur,
    Ramp,
    UnsharpMode,
)
from imgsvc.options.formats import Format
from imgsvc.options.geometry import (
    COMPASS,
    CropShape,
    Gravity,
    GravityType,
    ResizingAlgorithm,
    ResizingType,
    ScalingMethod,
    Size,
)
from imgsvc.options.processing import Crop, Extend, Padding, ProcessingOptions
from imgsvc.transforms.planning.plan import SourceShape

sizes = st.builds(Size, st.integers(1, 120), st.integers(1, 120))
formats = st.sampled_from([Format.PNG, Format.JPEG, Format.ICO])
_offsets = st.sampled_from([0.0, 0.1, -0.5, 1.0, 7.0, -30.0, 1e308])
_compass = st.builds(Gravity, st.sampled_from(sorted(COMPASS, key=lambda each: each.word)), _offsets, _offsets)
_focus = st.builds(Gravity, st.just(GravityType.FOCUS_POINT), st.floats(0, 1), st.floats(0, 1))
gravities = st.one_of(_compass, _focus, st.just(Gravity(GravityType.SMART)))
_extends = st.builds(Extend, st.booleans(), st.one_of(_compass, _focus))
_sides = st.one_of(st.just(0), st.integers(1, 200))
_crop_sides = st.one_of(st.just(0.0), st.floats(0.01, 150))
_edges = st.integers(0, 20)
_factors = st.sampled_from([1.0, 1.0, 0.5, 1.5, 2.0, 0.013])


_strengths = st.sampled_from([0.0, 0.3, 1.0])
_colors = st.sampled_from([Color(0, 0, 0), Color(200, 200, 200), Color(255, 200, 0)])
_ramps = st.builds(Ramp, st.sampled_from([0.0, 90.0, 33.3, 359.0]), st.floats(0, 1), st.floats(0, 1))
_areas = st.lists(st.builds(Area, *[st.floats(0, 1)] * 4), max_size=2).map(tuple)
_radii = st.sampled_from([0.0, 0.2, 0.5, 3.0, 1e308])
_FILTERS: dict[str, st.SearchStrategy[Any]] = {
    "background_alpha": _strengths,
    "brightness": st.sampled_from([0, -255, 40]),
    "contrast": st.sampled_from([1.0, 0.0, 1.5, 1e308]),
    "saturation": st.sampled_from([1.0, 0.0, 0.5, 1.5]),
    "monochrome": st.builds(Monochrome, _strengths, _colors),
    "duotone": st.builds(Duotone, _strengths, _colors, _colors),
    "unsharp_masking_mode": st.none() | st.sampled_from(UnsharpMode),
    "unsharp_masking_weight": st.sampled_from([None, 0.5, 1e308]),
    "unsharp_masking_divider": st.sampled_from([None, 24.0, 1e-308]),
    "blur_areas": st.builds(BlurAreas, st.sampled_from([0.0, 2.0, 1e308]), _areas),
    "pixelate_areas": st.builds(PixelateAreas, st.sampled_from([0, 3, 2**63 - 1]), _areas),
    "progressive_blur": st.builds(ProgressiveBlur, st.sampled_from([0.0, 3.0, 1e308]), _ramps),
    "border": st.builds(Border, st.sampled_from([0, 2, 2**63 - 1]), _colors),
    "round_corners": st.builds(Corners, _radii, _radii, _radii, _radii),
    "colorize": st.builds(Colorize, _strengths, _colors, st.booleans()),
    "gradient": st.builds(Gradient, _strengths, _colors, _ramps),
    "blur": st.sampled_from([0.0, 0.5, 3.0]),
    "sharpen": st.sampled_from([0.0, 0.5, 3.0]),
    "pixelate": st.sampled_from([1, 3, 500]),
}
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "resizing_type": st.sampled_from(ResizingType),
    "width": _sides,
    "height": _sides,
    "min_width": _sides,
    "min_height": _sides,
    "zoom_x": _factors,
    "zoom_y": _factors,
    "dpr": _factors,
    "enlarge": st.booleans(),
    "extend": _extends,
    "extend_aspect_ratio": _extends,
    "gravity": gravities,
    "resizing_algorithm": st.sampled_from(ResizingAlgorithm),
    "scaling": st.none() | st.sampled_from(ScalingMethod),
    "crop_aspect_ratio": st.builds(CropShape, st.sampled_from([0.0, 0.5, 1.0, 3.0, 1e-308, 1e308]), st.booleans()),
    "crop": st.builds(Crop, _crop_sides, _crop_sides, st.one_of(st.none(), gravities)),
    "padding": st.builds(Padding, _edges, _edges, _edges, _edges),
    "rotate": st.sampled_from([0, 90, 180, 270, 450]),
    "flip_horizontal": st.booleans(),
    "flip_vertical": st.booleans(),
    "background": st.sampled_from([None, Color(1, 2, 3), Color(9, 9, 9)]),
    **_FILTERS,
}
# What no step of the pipeline reads: it is decided, or done, before or behind it.
ELSEWHERE = {
    "objects_position",
    *("trim", "auto_rotate", "watermark", "enforce_thumbnail", "preserve_hdr"),
    *("strip_metadata", "keep_copyright", "strip_color_profile", "color_profile", "dpi", "style"),
    *("format", "quality", "format_quality", "max_bytes", "skip_processing", "raw"),
    *("page", "pages", "disable_animation"),
    *("never_larger", "placeholder", "autoquality", "best"),
    *("jpeg_options", "png_options", "webp_options", "avif_options"),
    *(
        "cachebuster",
        "cache_tags",
        "bypass_cache",
        "expires",
        "filename",
        "return_attachment",
        "hashsum",
        "fallback_image_url",
    ),
    *("max_src_resolution", "max_src_file_size", "max_animation_frames", "max_animation_frame_resolution"),
    *("max_result_dimension", "chained"),
}


def options(*, filters: bool = False) -> st.SearchStrategy[ProcessingOptions]:
    """Wishes for size and place; `filters`: and for blur and the like."""
    return st.builds(
        ProcessingOptions, **{name: each for name, each in FIELDS.items() if filters or name not in _FILTERS}
    )


shapes = st.builds(SourceShape, sizes, st.integers(1, 8))
