"""python -m imgsvc.observer guard|observer ARBITER LISTENER STACKS SUPERVISOR: started by the server, not by hand."""

import sys

from imgsvc.observer import spawning
from imgsvc.observer.guard import guard


def _observe(arbiter: int, listener: str, descriptor: int, supervisor: str) -> None:
    # PERF: a guard takes 6 MB without these, and 14 with them.
    from imgsvc.observer.serving import observe, patience_seconds  # noqa: PLC0415
    from imgsvc.observer.supervisor import Supervisor  # noqa: PLC0415

    observe(arbiter, listener, descriptor, Supervisor(supervisor, patience_seconds()))


if __name__ == "__main__":
    _, _role, _arbiter, _listener, _descriptor, _supervisor = sys.argv
    spawning.supervise(_supervisor)
    if _role == "guard":
        guard(int(_arbiter), _listener, int(_descriptor))
    else:
        _observe(int(_arbiter), _listener, int(_descriptor), _supervisor)
