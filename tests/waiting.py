"""Waiting for what another thread or process does, and never for the clock."""

import time
from collections.abc import Callable

# It bounds what never comes; on a machine that does twenty other things a server's start takes half of it.
PATIENCE_SECONDS = 120.0


def eventually(
    condition: Callable[[], object],
    seconds: float = PATIENCE_SECONDS,
    *,
    every: float = 0.01,
    despite: tuple[type[Exception], ...] = (),
) -> bool:
    """Whether it comes to hold, however busy the machine is; it is asked so often, and these errors are no answer."""
    end = time.monotonic() + seconds
    while True:
        try:
            if condition():
                return True
        except despite:
            pass
        if time.monotonic() > end:
            return False
        time.sleep(every)
