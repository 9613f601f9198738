"""A catalogue that is warmed with poison in it: `python -m tests.faults.catalogue FOLDER ORIGIN`.

Pictures, settings, engine and store are the real ones. No file that does the like to a decoder is kept here, so four
sources do it by their names, in the process that would decode them; one more is of an origin that never ends. What
became of each is printed as JSON.
"""

import ctypes
import json
import os
import signal
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from imgsvc.config import from_environment
from imgsvc.runtime.scope import Scope
from imgsvc.settings.environment import own_environment
from imgsvc.sources.source import Source, SourceRequest, Stream
from imgsvc.warming.backlog import Backlog
from imgsvc.warming.engine import local_engine
from imgsvc.warming.pace import PatientSource
from imgsvc.warming.units import Order, Outcome, Unit, Wish
from imgsvc.warming.workers import identity, make_batch, prepared

ENDLESS = "endless.jpg"
# What they are found to be.
POISON = {
    "crash.jpg": "died",
    "killed.jpg": "died",
    "hang.jpg": "timeout",
    "memory.jpg": "memory",
    ENDLESS: "SourceTooLargeError",
}
_PRESETS = {"card": "rs:fit:60:40@webp", "thumb": "rs:fill:20:20@png"}


@dataclass(frozen=True, slots=True)
class Poisoned:
    """Another source, with poison."""

    source: Source

    def open(self, request: SourceRequest, scope: Scope) -> Stream:
        name = request.source.text.rpartition("/")[2]
        if name == "crash.jpg":
            os.kill(os.getpid(), signal.SIGSEGV)
        if name == "killed.jpg":
            os.kill(os.getpid(), signal.SIGKILL)
        if name == "hang.jpg":
            # With the interpreter's lock held.
            ctypes.PyDLL(None).sleep(600)
        if name == "memory.jpg":
            bytearray(3 << 30)
        return self.source.open(request, scope)


def patient(source: Source) -> Source:
    """As workers have it, over poison."""
    return PatientSource(Poisoned(source))


def main(folder: Path, origin: str) -> None:
    environ = own_environment()
    config = from_environment(environ)
    names = sorted(path.name for path in folder.iterdir())
    # Among the others, none at the end.
    for number, name in enumerate(POISON):
        names.insert((number + 1) * len(names) // (len(POISON) + 2), name)
    urls = [f"{origin}/{name}" if name == ENDLESS else f"local:///{name}" for name in names]
    wishes = tuple(Wish(name, *options.split("@")) for name, options in _PRESETS.items())
    order = Order(wishes, "store", identity(config), timeout_seconds=5, memory_bytes=1 << 30, grace_seconds=1)
    outcomes: list[Outcome] = []
    make = partial(make_batch, prepare=partial(prepared, patient=patient))
    with local_engine(order, 2, environ, make) as engine:
        engine.run(Backlog(map(Unit, urls)), outcomes.append, lambda: None)
    json.dump([[each.source.rpartition("/")[2], each.status, each.error, each.says] for each in outcomes], sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
