"""Starts the observer's guard from gunicorn's arbiter, which has to stay light: another program, no thread, no fork.

gunicorn reaps every child, so a guard that ends leaves nothing behind.
"""

import fcntl
import os
import subprocess
import sys
from functools import cache

# The last guard that was started; asked whether it lives, never waited for.
_guard: subprocess.Popen[bytes] | None = None
# Where whoever started the server wants to be told how it is: systemd's NOTIFY_SOCKET.
_supervisor = ""


@cache
def stacks_file() -> int:
    """A descriptor of memory without a name, that every worker writes its stack to when it is asked."""
    descriptor = os.memfd_create("imgsvc-stacks")
    fcntl.fcntl(descriptor, fcntl.F_SETFL, fcntl.fcntl(descriptor, fcntl.F_GETFL) | os.O_APPEND)
    return descriptor


def supervise(address: str) -> None:
    """Let the observers that are started from now on tell the supervisor at this address, or none."""
    global _supervisor
    _supervisor = address


def ensure(arbiter_pid: int, listener: str) -> None:
    """Start the observer unless it runs; `listener` is the address that workers accept on."""
    global _guard
    if _guard is None or _guard.poll() is not None:
        _guard = start(arbiter_pid, listener, stacks_file())


def start(arbiter_pid: int, listener: str, stacks: int, *, guarded: bool = True) -> subprocess.Popen[bytes]:
    """Start a guard, or what it guards, in a session of its own: Ctrl-C is for the arbiter."""
    module = "imgsvc.observer.guard" if guarded else "imgsvc.observer"
    return subprocess.Popen(
        [sys.executable, "-m", module, str(arbiter_pid), listener, str(stacks), _supervisor],
        stdin=subprocess.DEVNULL,
        pass_fds=(stacks,),
        start_new_session=guarded,
    )
