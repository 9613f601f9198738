"""Hypothesis strategies that several rooms share: options, sizes, source URLs, paths."""

import string
from contextlib import suppress
from typing import Any
from xml.sax.saxutils import escape

from hypothesis import strategies as st

from imgsvc.errors import SourceUnreachableError
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
    TILES,
    CropShape,
    Gravity,
    GravityType,
    ResizingAlgorithm,
    ResizingType,
    ScalingMethod,
    Size,
)
from imgsvc.options.hashsum import DIGITS, Hashsum
from imgsvc.options.processing import (
    Crop,
    Extend,
    Padding,
    ProcessingOptions,
    Trim,
    WatermarkOptions,
)
from imgsvc.options.saving import (
    Autoquality,
    AutoqualityMethod,
    AvifOptions,
    AvifSubsample,
    JpegOptions,
    Placeholder,
    PngOptions,
    WebpCompression,
    WebpOptions,
    WebpPreset,
)
from imgsvc.source_url import SourceUrl
from imgsvc.url.table import BY_NAME, OPTIONS

INT64 = 2**63 - 1

_finite = st.floats(allow_nan=False, allow_infinity=False)
_not_negative = st.floats(0, allow_nan=False, allow_infinity=False)
_above_zero = st.floats(0, exclude_min=True, allow_nan=False, allow_infinity=False)
_fractions = st.floats(0, 1)
_naturals = st.integers(0, 10_000) | st.integers(0, INT64)
_integers = st.integers(-INT64 - 1, INT64)
# Above this, not every number of pixels is a number of megapixels.
_pixels = st.integers(0, 2**52)
_switches = st.none() | st.booleans()
_words = st.text(string.ascii_letters + string.digits + "._~-", max_size=12)

colors = st.builds(Color, *[st.integers(0, 255)] * 3)
formats = st.sampled_from(Format)
results = st.sampled_from([each for each in Format if each is not Format.PSD])
compass = st.sampled_from(sorted(COMPASS, key=lambda each: each.word))
_degrees = st.sampled_from([0.0, 90.0, 180.0, 270.0]) | st.floats(0, 360, exclude_max=True)
ramps = st.builds(Ramp, _degrees, _fractions, _fractions)
areas = st.builds(Area, _fractions, _fractions, _fractions, _fractions)
_areas = st.lists(areas, min_size=1, max_size=3).map(tuple)
paddings = st.builds(Padding, _naturals, _naturals, _naturals, _naturals)
trims = st.builds(Trim, st.none() | _finite, st.none() | colors, st.booleans(), st.booleans())
# Of the characters that XML has.
_texts = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=12)
markups = st.one_of(
    st.just(""),
    _texts.map(escape),
    st.builds("<span size='{}pt'>{}</span><b>!</b>".format, st.integers(1, 1000), _texts.map(escape)),
)
hashsums = st.sampled_from([Hashsum(type_, "0f" * (count // 2)) for type_, count in DIGITS.items()])
watermarks = st.builds(
    WatermarkOptions,
    opacity=_fractions,
    position=compass | st.sampled_from(sorted(TILES, key=lambda each: each.word)),
    x=_finite,
    y=_finite,
    scale=st.just(0.0) | _above_zero,
    url=st.text(max_size=12),
    text=markups,
    size=st.builds(Size, _naturals, _naturals),
    rotate=_finite,
    shadow=_not_negative,
)


def sizes(largest: int = 5_000) -> st.SearchStrategy[Size]:
    """Sizes from 1x1 on."""
    side = st.integers(1, 64) | st.integers(1, largest)
    return st.builds(Size, side, side)


def gravities(*, smart: bool = True) -> st.SearchStrategy[Gravity]:
    """Gravities that a URL can give; a focus point's offsets may be those of the type before it."""
    placed = st.builds(Gravity, compass | st.just(GravityType.FOCUS_POINT), _finite, _finite)
    pointed = st.builds(Gravity, st.just(GravityType.FOCUS_POINT), _fractions, _fractions)
    names = st.text(string.ascii_letters + " /%", min_size=1, max_size=8)
    plain = st.lists(st.tuples(names, st.just(1.0)), max_size=3).map(tuple)
    weighted = st.lists(st.tuples(names, _not_negative), max_size=3).map(tuple)
    objects = st.builds(Gravity, st.just(GravityType.OBJECTS), classes=plain)
    objects |= st.builds(Gravity, st.just(GravityType.WEIGHTED_OBJECTS), classes=weighted)
    return placed | pointed | (st.just(Gravity(GravityType.SMART)) | objects if smart else st.nothing())


def extends() -> st.SearchStrategy[Extend]:
    """Extensions of the canvas, on or off."""
    return st.builds(Extend, st.booleans(), gravities(smart=False))


FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "resizing_type": st.sampled_from(ResizingType),
    "width": _naturals,
    "height": _naturals,
    "min_width": _naturals,
    "min_height": _naturals,
    "zoom_x": _above_zero,
    "zoom_y": _above_zero,
    "dpr": _above_zero,
    "enlarge": st.booleans(),
    "extend": extends(),
    "extend_aspect_ratio": extends(),
    "gravity": gravities(),
    "resizing_algorithm": st.sampled_from(ResizingAlgorithm),
    "scaling": st.none() | st.sampled_from(ScalingMethod),
    "crop_aspect_ratio": st.builds(CropShape, _not_negative, st.booleans()),
    "objects_position": gravities(smart=False) | st.just(Gravity(GravityType.PROPORTIONAL)),
    "crop": st.builds(Crop, _not_negative, _not_negative, st.none() | gravities()),
    "page": _naturals,
    "pages": st.integers(1, INT64),
    "disable_animation": st.booleans(),
    "trim": trims,
    "padding": paddings,
    "auto_rotate": _switches,
    "rotate": st.sampled_from([0, 90, 180, 270]),
    "flip_horizontal": st.booleans(),
    "flip_vertical": st.booleans(),
    "background": st.none() | colors,
    "background_alpha": _fractions,
    "brightness": st.integers(-255, 255),
    "contrast": _not_negative,
    "saturation": _not_negative,
    "monochrome": st.builds(Monochrome, _fractions, colors),
    "duotone": st.builds(Duotone, _fractions, colors, colors),
    "unsharp_masking_mode": st.none() | st.sampled_from(UnsharpMode),
    "unsharp_masking_weight": st.none() | _above_zero,
    "unsharp_masking_divider": st.none() | _above_zero,
    "blur": _not_negative,
    "sharpen": _not_negative,
    "pixelate": _naturals,
    "blur_areas": st.builds(BlurAreas, _not_negative, _areas),
    "pixelate_areas": st.builds(PixelateAreas, _naturals, _areas),
    "progressive_blur": st.builds(ProgressiveBlur, _not_negative, ramps),
    "border": st.builds(Border, _naturals, colors),
    "round_corners": st.builds(Corners, _not_negative, _not_negative, _not_negative, _not_negative),
    "colorize": st.builds(Colorize, _fractions, colors, st.booleans()),
    "gradient": st.builds(Gradient, _fractions, colors, ramps),
    "watermark": watermarks,
    "strip_metadata": _switches,
    "keep_copyright": _switches,
    "strip_color_profile": _switches,
    "color_profile": st.text(max_size=12).filter(
        lambda name: name not in (".", "..") and not {"/", ":", "\0"} & set(name)
    ),
    "dpi": _not_negative,
    "style": st.text(max_size=12),
    "preserve_hdr": _switches,
    "enforce_thumbnail": _switches,
    "format": st.none() | results,
    "placeholder": st.none() | st.sampled_from(Placeholder),
    "best": st.booleans(),
    "quality": st.integers(0, 100),
    "format_quality": st.dictionaries(formats, st.integers(0, 100)),
    "autoquality": st.builds(
        Autoquality,
        st.none() | st.sampled_from(AutoqualityMethod),
        st.none() | _not_negative,
        st.none() | st.integers(1, 50),
        st.none() | st.integers(50, 100),
        st.none() | _fractions,
    ),
    "max_bytes": _naturals,
    "never_larger": st.booleans(),
    "jpeg_options": st.builds(JpegOptions, *[_switches] * 5, st.none() | st.integers(0, 8)),
    "png_options": st.builds(PngOptions, _switches, _switches, st.none() | st.integers(2, 256)),
    "webp_options": st.builds(
        WebpOptions, st.none() | st.sampled_from(WebpCompression), _switches, st.none() | st.sampled_from(WebpPreset)
    ),
    "avif_options": st.builds(AvifOptions, st.none() | st.sampled_from(AvifSubsample)),
    "skip_processing": st.lists(formats, max_size=4).map(tuple),
    "raw": st.booleans(),
    "cachebuster": _words,
    "cache_tags": st.lists(st.text("abc-._", min_size=1, max_size=5), max_size=3, unique=True).map(tuple),
    "bypass_cache": st.booleans(),
    "expires": _integers,
    "filename": st.text(max_size=12),
    "return_attachment": st.booleans(),
    "fallback_image_url": st.text(max_size=12),
    "hashsum": st.just(Hashsum()) | hashsums,
    "max_src_resolution": st.none() | _pixels,
    "max_src_file_size": st.none() | _integers,
    "max_animation_frames": st.none() | st.integers(1, INT64),
    "max_animation_frame_resolution": st.none() | _pixels,
    "max_result_dimension": st.none() | _integers,
}
# Those that each pipeline of a chain has for itself.
OF_PIPELINE = {
    "scaling",
    *("resizing_type", "width", "height", "resizing_algorithm", "min_width", "min_height", "zoom_x", "zoom_y", "dpr"),
    *("enlarge", "extend", "extend_aspect_ratio", "gravity", "crop", "crop_aspect_ratio", "objects_position"),
    *("trim", "padding", "auto_rotate", "rotate", "flip_horizontal", "flip_vertical"),
    *("background", "background_alpha", "brightness", "contrast", "saturation", "monochrome", "duotone"),
    *("unsharp_masking_mode", "unsharp_masking_weight", "unsharp_masking_divider", "blur", "sharpen", "pixelate"),
    *("blur_areas", "pixelate_areas", "progressive_blur", "border", "round_corners", "colorize", "gradient"),
    "watermark",
}
_pipelines = st.fixed_dictionaries({}, optional={name: FIELDS[name] for name in sorted(OF_PIPELINE)})
_doing = _pipelines.map(lambda values: ProcessingOptions(**values)).filter(lambda each: each != ProcessingOptions())
FIELDS["chained"] = st.just(()) | st.lists(_doing, max_size=2).map(tuple)


def options(*names: str) -> st.SearchStrategy[ProcessingOptions]:
    """Options that a URL can give: about half of the fields at a time, or of those called `names`."""
    chosen = {name: FIELDS[name] for name in names or FIELDS}
    return st.fixed_dictionaries({}, optional=chosen).map(lambda values: ProcessingOptions(**_one_result(values)))


def _one_result(values: dict[str, Any]) -> dict[str, Any]:
    """A URL asks for a picture in a format, in the best, or for a text, whichever it names last."""
    if values.get("placeholder"):
        return values | {"format": None, "best": False}
    return values | ({"format": None} if values.get("best") else {})


def source_urls() -> st.SearchStrategy[str]:
    """Source URLs, and texts that look like none: all of them can be written in a path."""
    hosts = st.sampled_from(["http://images.example", "https://x:8080", "local://", "s3://bucket", "HTTP:/", ""])
    located = st.builds("{}/{}".format, hosts, st.text(max_size=30))
    return (located | st.text(min_size=1, max_size=30)).filter(_can_be_asked)


def _can_be_asked(url: str) -> bool:
    with suppress(SourceUnreachableError):
        return bool(SourceUrl.parse(url))
    return False


def paths() -> st.SearchStrategy[str]:
    """What may follow a signature: a heap of the grammar's own pieces, and of anything else."""
    names = st.sampled_from(sorted(BY_NAME))
    examples = st.sampled_from([row.example for row in OPTIONS])
    marks = st.sampled_from([":", "/", "//", "/plain/", "plain/", "@", ".", "%", "%3A", "=", "?"])
    sources = st.sampled_from(["http://x/a.jpg", "YS5qcGc"])
    values = st.sampled_from(["1", "-1", "0x1p-2", "nan", "inf", "1e999", "9" * 5000, "fp", "sm", "re", "png", "true"])
    piece = names | examples | marks | sources | values | st.text(max_size=5)
    return st.lists(piece, max_size=25).map("".join) | st.text(st.characters())
