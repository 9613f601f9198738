"""Watermarks: which one is laid over the result, and how; grammars and rows."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from imgsvc.options.geometry import COMPASS, TILES, GravityType, Size
from imgsvc.options.markup import runs
from imgsvc.options.processing import WatermarkOptions
from imgsvc.url.arguments import (
    ABOVE_ZERO,
    ENCODED_TEXT,
    FRACTION,
    NATURAL,
    NOT_NEGATIVE,
    NUMBER,
    Argument,
    decoded_base64,
    encoded_base64,
    gravity_type,
)
from imgsvc.url.grammar import Args, Context, Grammar, Options, shortened, updated
from imgsvc.url.row import OptionRow

_USUAL = WatermarkOptions()
_POSITION = gravity_type(*(each for each in GravityType if each in COMPASS or each in TILES))


def _markup(text: str) -> str:
    decoded = decoded_base64(text)
    runs(decoded)
    return decoded


_MARKUP = Argument(
    "markup in URL-safe base64: text with Pango's tags, `&` and `<` as `&amp;` and `&lt;`", _markup, encoded_base64
)


def _watermark(args: Args, options: Options, _context: Context) -> Options:
    current = options.watermark
    watermark = replace(
        current,
        opacity=FRACTION.read(args[0]),
        position=updated(_POSITION, args, 1, current.position),
        x=updated(NUMBER, args, 2, current.x),
        y=updated(NUMBER, args, 3, current.y),
        scale=updated(ABOVE_ZERO, args, 4, current.scale),
    )
    return replace(options, watermark=watermark)


def _write_watermark(options: Options) -> list[list[str]]:
    mark = options.watermark
    texts = [FRACTION.write(mark.opacity), mark.position.word, NUMBER.write(mark.x), NUMBER.write(mark.y)]
    if mark.scale:
        return [[*texts, ABOVE_ZERO.write(mark.scale)]]
    written = shortened(texts, "0", GravityType.CENTER.word)
    return [] if written == [FRACTION.write(_USUAL.opacity)] else [written]


def _part(name: str, read: Callable[[Args, Any], Any], write: Callable[[Any], list[str]], most: int = 1) -> Grammar:
    """Arguments for one field of the watermark; `read` is given what it was."""

    def apply(args: Args, options: Options, _context: Context) -> Options:
        changed: dict[str, Any] = {name: read(args, getattr(options.watermark, name))}
        return replace(options, watermark=replace(options.watermark, **changed))

    def build(options: Options) -> list[list[str]]:
        value = getattr(options.watermark, name)
        return [] if value == getattr(_USUAL, name) else [write(value)]

    return Grammar(apply, build, most)


def _one(name: str, argument: Argument[Any]) -> Grammar:
    return _part(name, lambda args, _current: argument.read(args[0]), lambda value: [argument.write(value)])


def _removable(name: str, argument: Argument[str]) -> Grammar:
    """As `_one`; an empty argument takes back what was set."""
    return _part(name, lambda args, _now: updated(argument, args, 0, ""), lambda value: [argument.write(value)])


def _size(args: Args, current: Size) -> Size:
    if not any(args):
        raise ValueError("neither width nor height is given")
    return Size(updated(NATURAL, args, 0, current.width), updated(NATURAL, args, 1, current.height))


def _write_size(size: Size) -> list[str]:
    return shortened([NATURAL.write(side) for side in size], "0")


# fmt: off
WATERMARKS: tuple[OptionRow, ...] = (
    OptionRow(
        # COMPAT: imgproxy takes two more arguments than it reads.
        ("watermark", "wm"), "opacity[:position[:x[:y[:scale]]]]", Grammar(_watermark, _write_watermark, most=7),
        "wm:0.5:soea:10:10:0.2",
        "Draws the watermark: opacity from 0 to 1; a position as of `gravity`, or `re` to repeat it, "
        "or `ch` to repeat it like the squares of one color on a chessboard; "
        "offsets, or gaps; its size as a fraction of the result.",
    ),
    OptionRow(
        ("watermark_url", "wmu"), "url", _removable("url", ENCODED_TEXT),
        "wmu:aHR0cHM6Ly9pbWFnZXMuZXhhbXBsZS9sb2dvLnBuZw",
        "The watermark's source URL in base64, in place of the configured one; empty takes it back. "
        "One that cannot be had is an error, as a source is.",
    ),
    OptionRow(
        ("watermark_text", "wmt"), "text", _removable("text", _MARKUP), "wmt:wqkgPGI-RXhhbXBsZTwvYj4",
        "A text in base64 as the watermark, with Pango's tags; empty takes it back.",
    ),
    OptionRow(
        ("watermark_size", "wms"), "width[:height]", _part("size", _size, _write_size, most=2), "wms:120:40",
        "The watermark's size, where `watermark` has no scale: it fits into it, enlarged if need be; "
        "0 follows from the other side.",
    ),
    OptionRow(
        ("watermark_rotate", "wm_rot", "wmr"), "degrees", _one("rotate", NUMBER), "wmr:-30",
        "Rotates the watermark clockwise, by any angle.",
    ),
    OptionRow(
        ("watermark_shadow", "wmsh"), "sigma", _one("shadow", NOT_NEGATIVE), "wmsh:3",
        "Lays a black shadow under the watermark, blurred by so many pixels; 0 is off.",
    ),
)
# fmt: on
