"""The options of /info, one row each: the parser, docs/info.md and the tests read this table.

Those that it shares with pictures are the same rows.
"""

from dataclasses import replace
from typing import Any

from imgsvc.options.info import Blurhash, InfoOptions
from imgsvc.url.arguments import BOOLEAN, NATURAL, Argument, integer
from imgsvc.url.grammar import UNLIMITED, Args, Context, Grammar, Options, one, several
from imgsvc.url.row import OptionRow, Table
from imgsvc.url.rows.unserved import checked
from imgsvc.url.table import BY_NAME, PRESET

# What libraries of every language have; the hash functions of `hashlib`.
HASHES = ("md5", "sha1", "sha256", "sha512")
_MOST_COLORS = 256


def _colors(text: str) -> int:
    number = integer(0, _MOST_COLORS)(text)
    if number == 1:
        raise ValueError(text)
    return number


def _hash(text: str) -> str:
    if text not in HASHES:
        raise ValueError(text)
    return text


_COLORS = Argument("0 or an integer from 2 to 256", _colors)
_COMPONENTS = Argument("an integer from 0 to 9", integer(0, 9))
_HASH = Argument(f"one of {', '.join(HASHES)}", _hash)


def _blurhash(args: Args, options: Options, _context: Context) -> Options:
    if len(args) != 2:
        raise ValueError(f"{len(args)} arguments are not two")
    wished: dict[str, Any] = {"blurhash": Blurhash(*map(_COMPONENTS.read, args))}
    return replace(options, **wished)


def _hashsums(args: Args, options: Options, _context: Context) -> Options:
    wished: dict[str, Any] = {"calc_hashsums": tuple(dict.fromkeys(_HASH.read(each) for each in args if each))}
    return replace(options, **wished)


def _write_hashsums(options: Options) -> list[list[str]]:
    found = options.calc_hashsums if isinstance(options, InfoOptions) else ()
    return [list(found)] if found else []


def _flag(names: str, field: str, example: str, sentence: str) -> OptionRow:
    return OptionRow(tuple(names.split()), "boolean", one(field, BOOLEAN), example, sentence)


def _pair(names: str, shape: str, field: str, example: str, sentence: str) -> OptionRow:
    return OptionRow(tuple(names.split()), shape, several(field, BOOLEAN, BOOLEAN), example, sentence)


def _unserved(names: str, shape: str, argument: Argument[Any], example: str, sentence: str) -> OptionRow:
    grammar = checked(names.split(maxsplit=1)[0], "a model that finds objects", argument, classes=True)
    return OptionRow(tuple(names.split()), shape, grammar, example, sentence)


# fmt: off
_TOLD = (
    _flag("size s", "wants_size", "s:0", "`size`: bytes of the source; left out where its server does not say it and"
          " nothing else that is asked for needs all of it."),
    _flag("format f", "wants_format", "f:0", "`format` and `mime_type`, as its first bytes say."),
    _flag("dimensions d", "wants_dimensions", "d:0", "`width` and `height` of the upright picture, and its EXIF"
          " `orientation`, 1 where there is none."),
    _pair("exif", "boolean[:canonical]", "exif", "exif:1:1", "`exif`: a text for each of its tags, by the tag's title,"
          " or by its name in the standard where canonical is set."),
    _flag("iptc", "wants_iptc", "iptc:0", "`iptc`, by the titles of the standard's data sets, and `photoshop`, the"
          " resolution that Photoshop has noted."),
    _flag("xmp", "wants_xmp", "xmp:0", "`xmp`: an object for each prefix of a namespace, with its properties."),
    _flag("video_meta vm", "wants_video_meta", "vm:0", "Of videos, which are not read here: nothing."),
    _flag("colorspace cs", "wants_colorspace", "cs:1", "`colorspace`, as libvips calls it: `srgb`, `b-w`, `cmyk`,"
          " `rgb16`, `grey16`, `lab`."),
    _flag("bands b", "wants_bands", "b:1", "`bands`: its channels, alpha included."),
    _flag("sample_format sf", "wants_sample_format", "sf:1", "`sample_format`, as libvips calls it: `uchar`,"
          " `ushort`, `float`."),
    _flag("pages_number pn", "wants_pages_number", "pn:1", "`pages_number`: pages, or frames of an animation."),
    _pair("alpha a", "boolean[:check_transparency]", "alpha", "a:1:1", "`alpha`: `has_alpha`, and if it is checked"
          " `transparent`, whether any pixel is seen through."),
)
_OF_PIXELS = (
    OptionRow(("palette", "p"), "0 or 2 to 256", one("palette", _COLORS), "p:8",
              "`palette`: at most so many colors, the most frequent first; 0 is off."),
    _pair("average avg", "boolean[:ignore_transparent]", "average", "avg:1",
          "`average`: the mean color; what is wholly transparent is left out, unless that is unset."),
    _pair("dominant_colors dc", "boolean[:build_missed]", "dominant_colors", "dc:1:1",
          "`dominant_colors`: `vibrant`, `light_vibrant`, `dark_vibrant`, `muted`, `light_muted` and `dark_muted`;"
          " those that are not there are left out, or made of their siblings."),
    OptionRow(("blurhash", "bh"), "across:down", Grammar(
                  _blurhash, several("blurhash", _COMPONENTS, _COMPONENTS).build, most=2), "bh:4:3",
              "`blurhash`, with 1 to 9 components each way; 0 is off."),
    _flag("thumb_hash th", "wants_thumb_hash", "th:1", "`thumb_hash`, in hex."),
    _flag("perceptual_hash phash ph", "wants_perceptual_hash", "ph:1",
          "`perceptual_hash`: 16 hex digits, of which those of pictures that look alike differ in few bits."),
    OptionRow(("calc_hashsums", "chs"), "type[:type...]", Grammar(_hashsums, _write_hashsums, most=UNLIMITED),
              "chs:md5:sha256", f"`hashsums` of its bytes: {', '.join(f'`{each}`' for each in HASHES)}."),
)
_UNSERVED = (
    _unserved("detect_objects do", "boolean", BOOLEAN, "do:1",
              "Objects that a network finds. Needs a model: is read, and does nothing."),
    _unserved("classify cl", "number[:class...]", NATURAL, "cl:5",
              "What a network takes it for. Needs a model: is read, and does nothing."),
)
# fmt: on
_CROP = replace(
    BY_NAME["crop"],
    sentence="`crop`: `left`, `top`, `width` and `height` of the area in fractions of the upright picture, if both "
    "sides are given.",
)
# In the processing URL of a picture they mean the same.
_SHARED = (
    "page", "video_thumbnail_second", "video_thumbnail_keyframes", "hashsum", "cachebuster", "expires",
    "max_src_resolution", "max_src_file_size",
)  # fmt: skip

INFO_OPTIONS: tuple[OptionRow, ...] = (
    *_TOLD,
    _CROP,
    BY_NAME["objects_position"],
    *_OF_PIXELS,
    *_UNSERVED,
    *(BY_NAME[name] for name in _SHARED),
    PRESET,
)
INFO = Table(
    INFO_OPTIONS,
    PRESET,
    InfoOptions(),
    has_extension=False,
    has_pipelines=False,
    settings_prefix="INFO_",
    allow_list="ALLOWED_INFO_OPTIONS",
)
