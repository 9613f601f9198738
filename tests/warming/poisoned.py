"""The engine with workers that ends come to, in a process of its own: `python -m tests.warming.poisoned`.

A unit's name says what happens to it; what becomes of each is printed as JSON.
"""

import ctypes
import json
import os
import signal
import sys
from functools import lru_cache, partial

from imgsvc.settings.environment import own_environment
from imgsvc.warming.backlog import Backlog
from imgsvc.warming.engine import local_engine
from imgsvc.warming.pace import Pacer
from imgsvc.warming.units import Order, Outcome, Status, Unit
from imgsvc.warming.workers import confined, make_batch

NAMES = [f"good{number}" for number in range(20)]
POISON = ["segfault", "exit", "hang", "memory"]
ORDER = Order((), "nowhere", "", timeout_seconds=0.1, memory_bytes=1 << 30, grace_seconds=1)


class Poisoned:
    """Makes units as their names say."""

    def origin(self, unit: Unit) -> str:
        return "local://"

    def settle(self) -> None:
        pass

    def make(self, unit: Unit) -> Outcome:
        if unit.source == "segfault":
            os.kill(os.getpid(), signal.SIGSEGV)
        if unit.source == "exit":
            os.kill(os.getpid(), signal.SIGKILL)
        if unit.source == "hang":
            # With the interpreter's lock held.
            ctypes.PyDLL(None).sleep(600)
        if unit.source == "memory":
            try:
                bytearray(3 << 30)
            except MemoryError:
                return Outcome(unit.source, Status.FAILED, error="memory")
        return Outcome(unit.source, Status.MADE, seconds=0.001)


@lru_cache(maxsize=1)
def prepared(order: Order):
    """In place of what makes pictures."""
    return Poisoned(), Pacer(0), confined(order)


def main() -> None:
    names = NAMES[:10] + POISON + NAMES[10:]
    outcomes: list[Outcome] = []
    with local_engine(ORDER, 2, own_environment(), partial(make_batch, prepare=prepared)) as engine:
        engine.run(
            Backlog(map(Unit, names)),
            outcomes.append,
            lambda: None,
        )
    json.dump({each.source: [each.status, each.error, each.says] for each in outcomes}, sys.stdout)


if __name__ == "__main__":
    main()
