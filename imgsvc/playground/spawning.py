"""Starts the playground's guard from gunicorn's arbiter, which has to stay light: another program, and no fork."""

import subprocess
import sys
from contextlib import suppress

# The last guard that was started, and what for; gunicorn reaps it when it ends.
_guard: subprocess.Popen[bytes] | None = None


def begin(arbiter: int, listener: str) -> None:
    """Start the playground of a server, in place of the one that there was; its settings may be others."""
    global _guard
    end()
    command = [sys.executable, "-m", "imgsvc.playground", str(arbiter), listener]
    # A session of its own: Ctrl-C is for the arbiter.
    _guard = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)


def end() -> None:
    """Let it go, if there is one; the playground ends with its guard."""
    global _guard
    if _guard is not None:
        with suppress(OSError):
            _guard.terminate()
    _guard = None
