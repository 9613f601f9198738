"""bench/run: measures, prints the tables, and writes the slices.

Exit codes: 0 measured; 1 a server's answer was wrong, or did not come; 69 something that is needed is not there;
75 a peer could not be installed; 130 interrupted.
"""

import json
import os
import signal
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from rich.console import Console

from bench import load
from bench.environments import InstallError
from bench.finding import BUILD, find, machine
from bench.load import LoadError
from bench.measuring import Measuring, Place
from bench.options import Options, parse
from bench.origin import OriginError, nginx, origin
from bench.pictures import make, photo_path
from bench.processes import Program
from bench.results import Results
from bench.servers import ServerError
from bench.tables import tables
from imgsvc.bench.serving import free_port

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
    except (LoadError, OriginError, ServerError) as error:
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

    results = Results(machine(), f"{datetime.now(UTC):%Y-%m-%d %H:%M}", os.getloadavg()[0], options.connections)
    found = list(find(options, say))
    pictures, logs = BUILD / "pictures", BUILD / "logs"
    make(pictures, photo_path(options.photo), say)
    logs.mkdir(exist_ok=True)
    signal.alarm(
        int(_REST_SECONDS + len(options.tasks) * len(found) * options.rounds * (_SLICE_SECONDS + options.seconds))
    )
    port, code = free_port(), 0
    with Program(origin(BUILD / "origin", pictures, port), logs / "origin.log"):
        try:
            Measuring(options, Place(f"http://127.0.0.1:{port}", pictures, logs), results, notes).run(found)
        except KeyboardInterrupt:
            say("interrupted; what was measured so far:")
            code = INTERRUPTED
    _tell(options, results)
    return code or (WRONG if results.faults or any(each.counted.wrong for each in results.slices) else 0)


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
        _write(options.json, results)


def _write(path: Path, results: Results) -> None:
    data = asdict(results)
    data["faults"] = [[*key, fault] for key, fault in results.faults.items()]
    path.write_text(json.dumps(data, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
