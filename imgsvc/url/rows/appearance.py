"""The grammar of what lies behind the picture."""

from dataclasses import replace

from imgsvc.options.color import Color
from imgsvc.url.arguments import CHANNEL, COLOR
from imgsvc.url.grammar import Args, Context, Grammar, Options, updated


def _background(args: Args, options: Options, _context: Context) -> Options:
    # Empty takes back what was set.
    if len(args) == 1:
        return replace(options, background=updated(COLOR, args, 0, None))
    if len(args) != 3:
        raise ValueError(f"{len(args)} arguments are neither one color nor its three channels")
    return replace(options, background=Color(*map(CHANNEL.read, args)))


def _write_background(options: Options) -> list[list[str]]:
    return [[COLOR.write(options.background)]] if options.background else []


BACKGROUND = Grammar(_background, _write_background, most=3)
