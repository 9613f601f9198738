"""`imgsvc bench`: its options."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console, RenderableType

from imgsvc.bench.choices import choices
from imgsvc.bench.comparing import compare
from imgsvc.bench.comparison import comparison
from imgsvc.bench.measuring import Wish, draw_flames, measure
from imgsvc.bench.report import report
from imgsvc.bench.serving import BenchError
from imgsvc.codecs.encode import can_encode
from imgsvc.codecs.jpeg.jpegli import HAS_JPEGLI
from imgsvc.live.asking import ObserverError
from imgsvc.options.formats import BY_WORD, Format

_WIDE = 120
# What is compared where no format is named.
_COMPARED = (Format.JPEG, Format.WEBP, Format.AVIF)
_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


def _qualities(_context: click.Context, _option: click.Parameter, text: str) -> tuple[int, ...]:
    found = tuple(int(word) if word.strip().isdecimal() else 0 for word in text.split(","))
    if not all(1 <= each <= 100 for each in found):
        raise click.BadParameter(f"{text} is no list of numbers from 1 to 100, like 60,70,80")
    return found


@click.command()
@click.argument("pictures", metavar="PICTURE...", nargs=-1, required=True, type=_FILE)
@click.option("--options", default="rs:fit:500:500", show_default=True, help="Processing options, as in a URL.")
@click.option("--format", "word", type=click.Choice(sorted(BY_WORD)), help="Of the results. Default: the server's own.")
@click.option("--seconds", type=click.FloatRange(0.5, 120), default=3.0, show_default=True, help="For each picture.")
@click.option("--quality", "looks", is_flag=True, help="Compare looks, bytes and time of what could be sent instead.")
@click.option("--qualities", callback=_qualities, default="60,70,80,90", show_default=True, help="That are compared.")
@click.option("--flame", type=click.Path(dir_okay=False, path_type=Path), help="Draw a flame graph (SVG), by py-spy.")
@click.pass_obj
def bench(
    environ: dict[str, str],
    pictures: tuple[Path, ...],
    options: str,
    word: str | None,
    seconds: float,
    looks: bool,
    qualities: tuple[int, ...],
    flame: Path | None,
) -> None:
    """Measure what a core of this machine takes for pictures like these, stage by stage, to size a machine.

    Each PICTURE is fetched over HTTP from loopback and made with the settings of this environment.
    The stages are timed in this process, whole answers by a real server of one worker.

    With --quality it shows how each PICTURE would look, how many bytes and milliseconds it would take, by these
    settings and by others: in both ways of scaling, in several formats and qualities.
    Scores are of SSIMULACRA2 (100 is the same, from 90 on nothing is seen, 2 points are seen) and SSIM, against all of
    the source's pixels scaled in linear light and written without loss.
    """
    console, notes = Console(width=None if sys.stdout.isatty() else _WIDE), Console(stderr=True)
    wish = Wish(options, word or "", seconds)

    def say(text: str) -> None:
        notes.print(text, style="dim", highlight=False)

    def shown() -> Iterator[RenderableType]:
        if not looks:
            yield report(measure(environ, pictures, wish, say))
            return
        formats = (BY_WORD[word],) if word else tuple(filter(can_encode, _COMPARED))
        if not HAS_JPEGLI and Format.JPEG in formats:
            say("JPEG_ENCODER=jpegli is not among them: the package ajpegli is not installed")
        ways = choices(formats, qualities, has_jpegli=HAS_JPEGLI)
        yield from map(comparison, compare(environ, pictures, wish, tuple(ways), say))

    try:
        for each in shown():
            console.print(each, highlight=False)
        if flame:
            draw_flames(environ, pictures, wish, flame, say)
    except (BenchError, ObserverError) as error:
        raise click.ClickException(str(error)) from error
