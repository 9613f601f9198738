"""Grammars of the options that say how the result looks."""

from dataclasses import replace

from imgsvc.options.color import Color
from imgsvc.options.geometry import COMPASS, GravityType
from imgsvc.options.processing import WatermarkOptions
from imgsvc.url.arguments import ABOVE_ZERO, CHANNEL, COLOR, FRACTION, NUMBER, gravity_type
from imgsvc.url.grammar import Args, Context, Grammar, Options, shortened, updated

_POSITION = gravity_type(*(each for each in GravityType if each in COMPASS or each is GravityType.REPLICATE))


def _background(args: Args, options: Options, _context: Context) -> Options:
    # Empty takes back what was set.
    if len(args) == 1:
        return replace(options, background=updated(COLOR, args, 0, None))
    if len(args) != 3:
        raise ValueError(f"{len(args)} arguments are neither one color nor its three channels")
    return replace(options, background=Color(*map(CHANNEL.read, args)))


def _write_background(options: Options) -> list[list[str]]:
    return [[COLOR.write(options.background)]] if options.background else []


def _watermark(args: Args, options: Options, _context: Context) -> Options:
    current = options.watermark
    watermark = WatermarkOptions(
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
    return [] if mark == WatermarkOptions() else [shortened(texts, "0", GravityType.CENTER.word)]


BACKGROUND = Grammar(_background, _write_background, most=3)
# COMPAT: imgproxy takes two more arguments than it reads.
WATERMARK = Grammar(_watermark, _write_watermark, most=7)
