"""The processing options, one row each: the parser, the builder, docs/url.md and the tests read this table."""

from collections.abc import Iterable
from dataclasses import replace

from imgsvc.errors import UnknownOptionError, UnknownPresetError
from imgsvc.options.processing import ProcessingOptions
from imgsvc.url.arguments import (
    ABOVE_ZERO,
    ANGLE,
    BOOLEAN,
    INTEGER,
    MEGAPIXELS,
    NATURAL,
    NOT_NEGATIVE,
    POSITIVE,
    QUALITY,
    RESIZING_ALGORITHM,
    RESIZING_TYPE,
    SCALING_METHOD,
)
from imgsvc.url.filters.rows import FILTERS
from imgsvc.url.grammar import UNLIMITED, Args, Call, Context, Grammar, limit, one, part_of_resize
from imgsvc.url.pipelines import NEXT, belongs_to_pipeline, pipeline, with_pipeline
from imgsvc.url.row import OptionRow, Table
from imgsvc.url.rows.appearance import BACKGROUND
from imgsvc.url.rows.caching import CACHING
from imgsvc.url.rows.geometry import (
    CROP,
    CROP_ASPECT_RATIO,
    FLIP,
    GRAVITY,
    OBJECTS_POSITION,
    PADDING,
    RESIZE,
    SIZE,
    TRIM,
    ZOOM,
    extending,
)
from imgsvc.url.rows.metadata import METADATA
from imgsvc.url.rows.originals import ORIGINALS
from imgsvc.url.rows.output import EXPIRES, FILENAME, FORMAT_QUALITY, SKIP_PROCESSING
from imgsvc.url.rows.unserved import UNSERVED
from imgsvc.url.rows.watermark import WATERMARKS
from imgsvc.url.saving.result import RESULT
from imgsvc.url.saving.rows import SAVING


def apply_call(call: Call, options: ProcessingOptions, context: Context) -> ProcessingOptions:
    """`options` with one use of an option applied."""
    row = (BY_NAME if context.rows is None else context.rows).get(call.name)
    if not row:
        raise UnknownOptionError(f"there is no processing option {call.name!r}")
    if not context.pipeline or not belongs_to_pipeline(row.names[0]):
        return row.apply(call.arguments, options, context)
    wishes = row.apply(call.arguments, pipeline(options, context.pipeline), context)
    return with_pipeline(options, context.pipeline, wishes)


def apply_calls(calls: Iterable[Call], options: ProcessingOptions, context: Context) -> ProcessingOptions:
    """`options` with all of these applied; NEXT among them is where the next pipeline begins."""
    for call in calls:
        if call == NEXT:
            context = replace(context, pipeline=context.pipeline + 1)
        else:
            options = apply_call(call, options, context)
    return options


def _presets(args: Args, options: ProcessingOptions, context: Context) -> ProcessingOptions:
    for name in args:
        if name not in context.presets:
            raise UnknownPresetError(f"there is no preset {name!r}")
        if name in context.expanding:
            context.warn(f"preset {name!r} names itself again, by way of {' > '.join(context.expanding)}: left out")
            continue
        inner = replace(context, expanding=(*context.expanding, name))
        options = apply_calls(context.presets[name], options, inner)
    return options


_PLACE = "gravity[:x[:y]]"
PRESET = OptionRow(
    ("preset", "pr"), "name[:name...]", Grammar(_presets, most=UNLIMITED), "pr:thumb:sharp",
    "Applies the options that the presets stand for.",
)  # fmt: skip

# fmt: off
OPTIONS: tuple[OptionRow, ...] = (
    # Size and geometry
    OptionRow(
        ("resize", "rs"), f"type[:width[:height[:enlarge[:extend[:{_PLACE}]]]]]", RESIZE, "rs:fill:300:200:1",
        "Resizing type, size, enlarge and extend in one; any may be empty.",
    ),
    OptionRow(
        ("size", "s"), f"width[:height[:enlarge[:extend[:{_PLACE}]]]]", SIZE, "s:300:200",
        "Size, enlarge and extend in one; any may be empty.",
    ),
    OptionRow(
        ("resizing_type", "rt"), "type", part_of_resize("resizing_type", RESIZING_TYPE), "rt:fill-down",
        "How the source is brought to the size: `fit` keeps all of it, `fill` covers the size and crops, `fill-down` "
        "does so without enlarging, `force` distorts, `auto` is fill for sources of the same orientation, else fit.",
    ),
    OptionRow(
        ("resizing_algorithm", "ra"), "algorithm", one("resizing_algorithm", RESIZING_ALGORITHM), "ra:nearest",
        "Kernel of the resampling: `nearest`, `linear`, `cubic`, `lanczos2` or `lanczos3`, which is used by itself.",
    ),
    OptionRow(
        ("scaling", "sc"), "method", one("scaling", SCALING_METHOD), "scaling:fine",
        "How what gets smaller is scaled: `imgproxy`, or `fine`, in linear light and from more of the source's pixels. "
        "What is fine is also written finely: JPEG by table 9 (`jpeg_options`), unless another one is chosen.",
    ),
    OptionRow(
        ("width", "w"), "pixels", part_of_resize("width", NATURAL), "w:300",
        "Width of the result; 0 follows from the height.",
    ),
    OptionRow(
        ("height", "h"), "pixels", part_of_resize("height", NATURAL), "h:200",
        "Height of the result; 0 follows from the width.",
    ),
    OptionRow(
        ("min-width", "mw"), "pixels", one("min_width", NATURAL), "mw:100",
        "Width that the result has at least, even if it is enlarged for it.",
    ),
    OptionRow(
        ("min-height", "mh"), "pixels", one("min_height", NATURAL), "mh:100",
        "Height that the result has at least, even if it is enlarged for it.",
    ),
    OptionRow(
        ("zoom", "z"), "factor or x:y", ZOOM, "z:1.5",
        "Multiplies the size, for both sides or each.",
    ),
    OptionRow(
        ("dpr",), "factor", one("dpr", ABOVE_ZERO), "dpr:2",
        "Device pixel ratio: multiplies the size, and paddings and offsets with it.",
    ),
    OptionRow(
        ("enlarge", "el"), "boolean", one("enlarge", BOOLEAN), "el:1",
        "Enlarges a source that is smaller than the size.",
    ),
    OptionRow(
        ("extend", "ex"), f"boolean[:{_PLACE}]", extending("extend"), "ex:1:so",
        "Extends the canvas of a result that is smaller than the size; the gravity places the picture on it.",
    ),
    OptionRow(
        ("extend_aspect_ratio", "extend_ar", "exar"), f"boolean[:{_PLACE}]", extending("extend_aspect_ratio"),
        "exar:1:ce:10:0",
        "Extends the canvas to the size's aspect ratio.",
    ),
    OptionRow(
        ("gravity", "g"), "type[:x[:y]]", GRAVITY, "g:fp:0.5:0.3",
        "What is kept where the picture is cropped: `ce no so ea we noea nowe soea sowe`, moved inwards by x and y; "
        "`sm`, what attracts the eye; `fp`, the point at the fractions x and y; "
        "`obj:class:...` and `objw:class:weight:...`, objects that a network finds: there is none, so they are `sm`.",
    ),
    OptionRow(
        ("crop", "c"), f"width[:height[:{_PLACE}]]", CROP, "c:0.5:300:nowe",
        "Crops the source before it is resized: pixels, a fraction below 1, or 0 for the whole side; "
        "without a gravity of its own, by that of `gravity`.",
    ),
    OptionRow(
        ("crop_aspect_ratio", "crop_ar", "car"), "ratio[:enlarge]", CROP_ASPECT_RATIO, "car:1.5",
        "Brings the area of `crop` to width / height, smaller, or larger where enlarge is set and the source has room; "
        "without `crop`, the whole picture (imgsvc's own). 0 is off.",
    ),
    OptionRow(
        ("objects_position", "obj_pos", "op"), "type[:x[:y]]", OBJECTS_POSITION, "op:no:0:10",
        "Where `obj` and `objw` put what they find: a compass point, `fp` or `prop`; without a network, nothing.",
    ),
    OptionRow(
        ("page", "pg"), "number", one("page", NATURAL), "pg:2",
        "Which page of a TIFF, image of an icon (the largest first) or frame of an animation is taken, 0 being the "
        "first; beyond the last, the last. Source and result being animated, nothing.",
    ),
    OptionRow(
        ("pages", "pgs"), "number", one("pages", POSITIVE), "pgs:3",
        "How many of them are taken from `page` on, at most 100, one below the other.",
    ),
    OptionRow(
        ("disable_animation", "da"), "boolean", one("disable_animation", BOOLEAN), "da:1",
        "Takes an animation for a still picture: its first frame, or those that `page` and `pages` say.",
    ),
    OptionRow(
        ("trim", "t"), "threshold[:color[:equal_hor[:equal_ver]]]", TRIM, "t:10:ff00ff:1",
        "Cuts off a border of one color, that of the top left pixel if none is given; the last two make opposite cuts "
        "equal. An empty threshold turns it off.",
    ),
    OptionRow(
        ("padding", "pd"), "top[:right[:bottom[:left]]]", PADDING, "pd:10:20",
        "Adds edges of so many pixels, in the background's color; a side that is left out is like the opposite one.",
    ),
    OptionRow(
        ("auto_rotate", "ar"), "boolean", one("auto_rotate", BOOLEAN), "ar:0",
        "Rotates by the EXIF orientation.",
    ),
    OptionRow(
        ("rotate", "rot"), "degrees", one("rotate", ANGLE), "rot:90",
        "Rotates clockwise by a multiple of 90.",
    ),
    OptionRow(
        ("flip", "fl"), "horizontal[:vertical]", FLIP, "fl:1",
        "Mirrors left and right, top and bottom.",
    ),
    # Appearance
    OptionRow(
        ("background", "bg"), "color or red:green:blue", BACKGROUND, "bg:ffdd99",
        "Fills what is transparent; empty takes it back.",
    ),
    OptionRow(
        ("blur", "bl"), "sigma", one("blur", NOT_NEGATIVE), "bl:2.5",
        "Blurs with a Gaussian of so many pixels of the result; 0 is off.",
    ),
    OptionRow(
        ("sharpen", "sh"), "sigma", one("sharpen", NOT_NEGATIVE), "sh:0.7",
        "Sharpens, with a Gaussian of so many pixels of the result; 0 is off.",
    ),
    OptionRow(
        ("pixelate", "pix"), "pixels", one("pixelate", NATURAL), "pix:12",
        "Makes blocks of so many pixels a side; 0 and 1 are off.",
    ),
    *WATERMARKS,
    *FILTERS,
    *METADATA,
    # Output
    OptionRow(
        ("format", "f", "ext"), "format", RESULT, "f:webp",
        "Format of the result; the extension behind the source URL overrides it. "
        "`best`: it is written in each of PREFERRED_FORMATS, and of what Accept and the settings allow of AVIF, WebP "
        "and JPEG XL, and the smallest is sent; what is simple is written without loss. "
        "`blurhash` and `thumbhash` (in base64) are texts of some 30 characters from which a page draws a blurred "
        "picture at once; they are imgsvc's own.",
    ),
    OptionRow(
        ("quality", "q"), "0 to 100", one("quality", QUALITY), "q:80",
        "Quality of a lossy result; 0 leaves it to `format_quality` and the settings.",
    ),
    OptionRow(
        ("format_quality", "fq"), "format:quality[:format:quality...]", FORMAT_QUALITY, "fq:webp:70:avif:50",
        "Quality by format; `quality` overrides it.",
    ),
    OptionRow(
        ("max_bytes", "mb"), "bytes", one("max_bytes", NATURAL), "mb:20000",
        "Lowers the quality until the result is no larger; 0 is off.",
    ),
    *SAVING,
    *UNSERVED,
    # Better: imgproxy does not know `sp`, but its own library for Node.js says it.
    OptionRow(
        ("skip_processing", "skp", "sp"), "format[:format...]", SKIP_PROCESSING, "skp:gif:svg",
        "Passes sources of these formats on as they are, unless another is asked for; each use adds to the list.",
    ),
    OptionRow(
        ("raw",), "boolean", one("raw", BOOLEAN), "raw:1",
        "Passes the source on as it is, unread.",
    ),
    *CACHING,
    OptionRow(
        ("expires", "exp"), "Unix seconds", EXPIRES, "exp:4102444800",
        "The moment from which the URL is refused; 0 is never.",
    ),
    OptionRow(
        ("filename", "fn"), "name[:encoded]", FILENAME, "fn:cat",
        "File name, less its extension, under which a browser saves the result; `encoded` says that it is base64.",
    ),
    OptionRow(
        ("return_attachment", "att"), "boolean", one("return_attachment", BOOLEAN), "att:1",
        "Makes browsers save the result rather than show it.",
    ),
    *ORIGINALS,
    PRESET,
    # Limits, where ALLOW_SECURITY_OPTIONS lets URLs set them
    OptionRow(
        ("max_src_resolution", "msr"), "megapixels", limit("max_src_resolution", MEGAPIXELS), "msr:20.5",
        "Refuses sources of more pixels; 0 refuses all but SVG.",
    ),
    OptionRow(
        ("max_src_file_size", "msfs"), "bytes", limit("max_src_file_size", INTEGER), "msfs:1000000",
        "Refuses sources of more bytes; 0 is no limit.",
    ),
    OptionRow(
        ("max_animation_frames", "maf"), "frames", limit("max_animation_frames", POSITIVE), "maf:50",
        "Frames of an animation that are read.",
    ),
    OptionRow(
        ("max_animation_frame_resolution", "mafr"), "megapixels", limit("max_animation_frame_resolution", MEGAPIXELS),
        "mafr:2",
        "Refuses animations of more pixels a frame; 0 holds all frames together to max_src_resolution.",
    ),
    OptionRow(
        ("max_result_dimension", "mrd"), "pixels", limit("max_result_dimension", INTEGER), "mrd:2000",
        "Scales the result down until no side is longer; 0 is no limit.",
    ),
)
# fmt: on

PICTURE = Table(OPTIONS, PRESET)
BY_NAME = PICTURE.by_name
