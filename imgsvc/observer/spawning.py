"""Starts the observer's guard from gunicorn's arbiter, which has to stay light: another program, no thread, no fork.

gunicorn reaps every child, so a guard that ends leaves nothing behind.
"""

import fcntl
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import cache
from typing import Self

# The last guard that was started; asked whether it lives, never waited for.
_guard: subprocess.Popen[bytes] | None = None


@dataclass(frozen=True, slots=True)
class Handed:
    """What guard and observer get on their way: the arbiter's pid, and descriptors of memory without a name."""

    arbiter: int
    board: int
    stacks: int
    assignment: int

    @classmethod
    def from_arguments(cls, arguments: Sequence[str]) -> Self:
        """As they stand on the command line."""
        return cls(*map(int, arguments))

    def arguments(self) -> list[str]:
        """For the command line."""
        return [str(number) for number in astuple(self)]


@cache
def stacks_file() -> int:
    """A descriptor that every worker writes its stack to when it is asked."""
    descriptor = os.memfd_create("imgsvc-stacks")
    fcntl.fcntl(descriptor, fcntl.F_SETFL, fcntl.fcntl(descriptor, fcntl.F_GETFL) | os.O_APPEND)
    return descriptor


@cache
def assignment_file() -> int:
    """A descriptor that the observer reads its assignment from."""
    return os.memfd_create("imgsvc-assignment")


def ensure(handed: Handed) -> None:
    """Start the observer unless it runs."""
    global _guard
    if _guard is None or _guard.poll() is not None:
        _guard = start(handed)


def start(handed: Handed, *, guarded: bool = True) -> subprocess.Popen[bytes]:
    """Start a guard, or what it guards, in a session of its own: Ctrl-C is for the arbiter."""
    module = "imgsvc.observer.guard" if guarded else "imgsvc.observer"
    return subprocess.Popen(
        [sys.executable, "-m", module, *handed.arguments()],
        stdin=subprocess.DEVNULL,
        pass_fds=(handed.board, handed.stacks, handed.assignment),
        start_new_session=guarded,
    )
