"""`imgsvc bench`: its options."""

import sys
from pathlib import Path

import click
from rich.console import Console

from imgsvc.bench.measuring import Wish, draw_flames, measure
from imgsvc.bench.report import report
from imgsvc.bench.serving import BenchError
from imgsvc.live.asking import ObserverError
from imgsvc.options.formats import BY_WORD

_WIDE = 120
_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.command()
@click.argument("pictures", metavar="PICTURE...", nargs=-1, required=True, type=_FILE)
@click.option("--options", default="rs:fit:500:500", show_default=True, help="Processing options, as in a URL.")
@click.option("--format", "word", type=click.Choice(sorted(BY_WORD)), help="Of the results. Default: the server's own.")
@click.option("--seconds", type=click.FloatRange(0.5, 120), default=3.0, show_default=True, help="For each picture.")
@click.option("--flame", type=click.Path(dir_okay=False, path_type=Path), help="Draw a flame graph (SVG), by py-spy.")
@click.pass_obj
def bench(
    environ: dict[str, str],
    pictures: tuple[Path, ...],
    options: str,
    word: str | None,
    seconds: float,
    flame: Path | None,
) -> None:
    """Measure what a core of this machine takes for pictures like these, stage by stage, to size a machine.

    Each PICTURE is fetched over HTTP from loopback and made with the settings of this environment.
    The stages are timed in this process, whole answers by a real server of one worker.
    """
    console, notes = Console(width=None if sys.stdout.isatty() else _WIDE), Console(stderr=True)
    wish = Wish(options, word or "", seconds)

    def say(text: str) -> None:
        notes.print(text, style="dim", highlight=False)

    try:
        console.print(report(measure(environ, pictures, wish, say)), highlight=False)
        if flame:
            draw_flames(environ, pictures, wish, flame, say)
    except (BenchError, ObserverError) as error:
        raise click.ClickException(str(error)) from error
