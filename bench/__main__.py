"""bench/run: measures, prints the tables, and writes the slices.

Exit codes: 0 measured; 1 a server's answer was wrong, or did not come (where an origin is slow it may be refused);
69 something that is needed is not there; 75 a peer could not be installed; 130 interrupted.
"""

import json
import os
import signal
import sys
from datetime import UTC, datetime
from types import FrameType

from rich.console import Console

from bench import load
from bench.figures.page import as_json, name_of, write
from bench.figures.results import Results, Slice
from bench.figures.tables import tables
from bench.load import LoadError
from bench.measuring import Measuring, Place
from bench.options import Options, parse
from bench.origins.nginx import OriginError, nginx, origins
from bench.origins.pictures import make, photo_path
from bench.servers.against import CheckoutError
from bench.servers.commands import ServerError
from bench.servers.environments import InstallError
from bench.servers.finding import BUILD, find, machine
from bench.tasks import BY_NAME

WRONG, UNAVAILABLE, NOT_INSTALLED, INTERRUPTED = 1, 69, 75, 130

_WIDE = 150
# Whatever happens, it ends: slices as long as they get, and a quarter of an hour for all else.
_SLICE_SECONDS = 30
_REST_SECONDS = 900


def main() -> int:
    """Measure, print, and answer with the exit code."""
    options = parse(sys.argv[1:])
    notes = Console(stderr=True)
    for ending in (signal.SIGTERM, signal.SIGALRM):
        signal.signal(ending, _interrupt)
    try:
        load.wrk()
        nginx()
        return _measure(options, notes)
    except KeyboardInterrupt:
        return INTERRUPTED
    except (CheckoutError, LoadError, OriginError, ServerError) as error:
        notes.print(str(error), style="red", highlight=False)
        return UNAVAILABLE
    except InstallError as error:
        notes.print(str(error), style="red", highlight=False)
        return NOT_INSTALLED


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _measure(options: Options, notes: Console) -> int:
    def say(text: str) -> None:
        notes.print(text, style="dim", highlight=False)

    found = list(find(options, say))
    results = Results(
        *(machine(), f"{datetime.now(UTC):%Y-%m-%d %H:%M}", os.getloadavg()[0], options.connections, options.rounds),
        base=found[1][0].name if options.against else "",
    )
    pictures, logs = BUILD / "pictures", BUILD / "logs"
    make(pictures, photo_path(options.photo), say)
    signal.alarm(
        int(_REST_SECONDS + len(options.tasks) * len(found) * options.rounds * (_SLICE_SECONDS + options.seconds))
    )
    code = 0
    with origins(pictures, logs, {BY_NAME[name].pace for name in options.tasks}) as places:
        try:
            Measuring(options, Place(places, pictures, logs), results, notes).run(found)
        except KeyboardInterrupt:
            say("interrupted; what was measured so far:")
            code = INTERRUPTED
    _tell(options, results)
    return code or (WRONG if results.faults or any(map(_is_wrong, results.slices)) else 0)


def _is_wrong(found: Slice) -> bool:
    return found.counted.wrong > (found.counted.refused if found.told else 0)


def _tell(options: Options, results: Results) -> None:
    console = Console(width=None if sys.stdout.isatty() and not options.markdown else _WIDE)
    about = f"{results.date} UTC, {results.machine}, load before {results.load_before:.1f}, "
    console.print(f"{about}{options.rounds} rounds, {options.connections} connections", highlight=False)
    for title, table in tables(results, is_markdown=options.markdown):
        console.print(f"\n{title}", highlight=False)
        console.print(table)
    for (task, server), fault in results.faults.items():
        console.print(f"[red]wrong[/red] {task} {server}: {fault}", highlight=False)
    if options.json:
        options.json.write_text(json.dumps(as_json(results), indent=1) + "\n", "utf-8")
    if options.write:
        write(name_of(results), results)


if __name__ == "__main__":
    sys.exit(main())
