"""Ends what Python cannot interrupt: a native call that goes on after the request's deadline.

Two lines. This thread needs the interpreter, which most codecs let go: it logs the stack, answers the client, and ends
the process. Where native code holds the interpreter too, faulthandler's own thread ends it a little later.
The client need not be watched here: every wait for a source is cut into slices that ask for it (sources/budget.py).
"""

import logging
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from imgsvc.runtime.board.layout import NATIVE, STATES, Counter, Live, State
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.clients.connection import Claimant, Connection
from imgsvc.runtime.clients.refusals import Refusals
from imgsvc.runtime.workers.last_words import LastWords

_LOG = logging.getLogger("imgsvc.runtime")

# After the deadline: every step has had the time to notice it by then.
GRACE_SECONDS = 0.2
# More of it for a worker that waits in Python: that ends by itself, at its own deadline, however busy the machine is.
WAITING_GRACE_SECONDS = 2.0
SECOND_LINE_SECONDS = 0.3
# What the worker's other clients get to take the rest of their answers.
_FAREWELL_SECONDS = 0.2
# Longer than that and what is said before it.
_ENDING_SECONDS = 2.0
_SLICE_SECONDS = 0.1
# Of the stack, its inmost ones: the outer ones are gunicorn's.
_FRAMES = 12
# sysexits.h: EX_SOFTWARE; gunicorn gives codes 3 and 4 a meaning.
EXIT_OVERRUN = 70


@dataclass(frozen=True, slots=True)
class _Watched:
    connection: Connection
    until: float
    is_prolonged: bool = False


class Watchdog(threading.Thread):
    """Watches the worker's main thread, one request at a time; start it after the fork."""

    def __init__(
        self, slot: Slot, last_words: LastWords, refusals: Refusals, farewell: Callable[[float], object]
    ) -> None:
        super().__init__(name="watchdog", daemon=True)
        self._slot = slot
        self._last_words = last_words
        self._refusals = refusals
        self._farewell = farewell
        self._main = threading.main_thread().ident
        self._watched: _Watched | None = None
        self._changed = threading.Event()
        # Held for setting a timer, so that none is set for a request that is done.
        self._timing = threading.Lock()

    def watch(self, connection: Connection, deadline: float) -> None:
        """Begin to watch a request; its `deadline` is on time.monotonic()."""
        watched = _Watched(connection, deadline + GRACE_SECONDS)
        with self._timing:
            self._watched = watched
            self._arm(watched)
        self._changed.set()

    def release(self) -> None:
        """It is done."""
        with self._timing:
            self._watched = None
            self._last_words.disarm()

    def run(self) -> None:
        """Sleep until a request is overdue."""
        while True:
            watched = self._watched
            if watched is None:
                self._changed.wait()
                self._changed.clear()
            elif (left := watched.until - time.monotonic()) > 0:
                # PERF: nothing wakes it when a request ends; the next one's deadline may be nearer, so not too long.
                time.sleep(min(left, _SLICE_SECONDS))
            elif not self._prolong(watched) and self._watched is watched:
                self._end(watched)

    def _arm(self, watched: _Watched) -> None:
        """Set the second line."""
        self._last_words.arm(max(watched.until + SECOND_LINE_SECONDS - time.monotonic(), 0.001))

    def _prolong(self, watched: _Watched) -> bool:
        """Give a worker that waits more time, once; native code has none."""
        is_native = STATES[self._slot.live(Live.STATE)] in NATIVE
        with self._timing:
            if is_native or watched.is_prolonged or self._watched is not watched:
                return False
            self._watched = _Watched(watched.connection, watched.until + WAITING_GRACE_SECONDS, is_prolonged=True)
            self._arm(self._watched)
            return True

    def _end(self, watched: _Watched) -> None:
        """Say where it hangs, answer its client if nobody else does just now, and end the process."""
        with suppress(Exception):
            # The interpreter is ours: the second line is for what happens from here on.
            self._last_words.arm(_ENDING_SECONDS)
            self._slot.enter(State.KILLED)
            stack = traceback.extract_stack(sys._current_frames().get(self._main or 0))[-_FRAMES:]
            text = "".join(traceback.format_list(stack))
            _LOG.critical("Overran its deadline, and its worker is replaced: %s\n%s", watched.connection.title, text)
        with suppress(Exception):
            self._answer(watched.connection)
        with suppress(Exception):
            self._farewell(_FAREWELL_SECONDS)
        os._exit(EXIT_OVERRUN)

    def _answer(self, connection: Connection) -> None:
        if not self._refusals.refuse(connection, Counter.KILLED, who=Claimant.WATCHDOG):
            # The worker was sending: what is out must not look whole.
            self._slot.count(Counter.KILLED)
            connection.reset_when_closed()
        self._slot.count(Counter.BYTES_SENT, connection.count_sent())
