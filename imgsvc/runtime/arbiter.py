"""The arbiter's part: it makes the scoreboard, gives each worker a slot before its fork, and buries it after its end.

It starts no thread, and does not begin to fork where somebody else did: a fork takes locks with it that nobody gives
back. What its hooks meet later is logged, and ends nothing.
"""

import gc
import logging
import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from imgsvc.runtime.board.layout import Counter, Live, State
from imgsvc.runtime.board.quarantine import Quarantine
from imgsvc.runtime.board.scoreboard import Scoreboard
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.board.verdict import follow
from imgsvc.runtime.clients.listening import defer, welcome
from imgsvc.runtime.clients.passing import Passing
from imgsvc.runtime.settings import RuntimeSettings
from imgsvc.runtime.workers.last_words import LastWords

_LOG = logging.getLogger("imgsvc.runtime")

# More than twice the workers: at a reload, the old ones and the new ones are there together.
_SLOTS_PER_WORKER = 3
_SPARE_SLOTS = 8


class ThreadBeforeForkError(RuntimeError):
    """Something that was loaded before the fork has started a thread."""


def make_board(workers: int) -> Scoreboard:
    """The scoreboard of this server."""
    board = Scoreboard.create(workers * _SLOTS_PER_WORKER + _SPARE_SLOTS)
    board.want(workers)
    return board


def check_threads(*, is_first: bool) -> None:
    """Say whether this process has a thread beside its main one; before the `is_first` fork, raise.

    A server that serves is not ended by it: a worker that waits for a lock that the fork took along is replaced.
    """
    others = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
    if not others:
        return
    found = f"threads before the fork: {', '.join(others)}"
    if is_first:
        raise ThreadBeforeForkError(f"{found}; nothing is served")
    _LOG.critical("There are %s; the new worker may hang", found)


def begin_loading() -> None:
    """Look for no garbage until `share_loaded`, if that is the first time: next to nothing of what is loaded is any.

    PERF: it would be looked for 180 times, for 65 of the 500 ms of processor time that the start takes.
    """
    if not gc.get_freeze_count():
        gc.disable()


def share_loaded() -> None:
    """Have all that is loaded by now stay one copy for all workers.

    PERF: a worker that looks for garbage writes to every object that it has, and so to a copy of its own of nearly all
    that it shares: 17 MB for each worker and as many for this process. What is frozen is not looked at.
    """
    # What an application left behind that a reload has replaced is frozen as well.
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.enable()


def prepare_listeners(listeners: list[Any]) -> None:
    """Set what all workers share."""
    for listener in listeners:
        welcome(listener.sock)
        defer(listener.sock)


def contained(hook: Callable[..., None]) -> Callable[..., None]:
    """A hook that raises nothing: gunicorn ends the server at what a hook raises."""

    @wraps(hook)
    def safe(*arguments: Any) -> None:
        try:
            hook(*arguments)
        except Exception:  # noqa: BLE001 (whatever it is)
            _LOG.exception("%s failed; the server goes on", hook.__name__)

    return safe


def equip(board: Scoreboard, worker: Any, workers: int, passing: Passing | None = None) -> None:
    """Give a worker about to be forked its slot, and paper for its last words."""
    board.want(workers)
    worker.board, worker.passing = board, passing
    worker.slot = board.reserve()
    worker.last_words = LastWords.prepare()


def settle(worker: Any, settings: RuntimeSettings, opened: float | None) -> None:
    """Begin in the new process; `opened` is when the server was given a listener that outlives it, if it was."""
    worker.settings = settings
    if opened is not None:
        worker.keeps_queue, worker.opened = True, opened
    worker.slot.occupy(worker.pid)
    follow(worker.board)


def bury(board: Scoreboard, worker: Any) -> None:
    """Log a worker's last words, remember whose image ended it, and free its slot."""
    slot, words = worker.slot, worker.last_words.read() if worker.last_words else ""
    is_killed = slot.live(Live.STATE) == list(State).index(State.KILLED)
    if words:
        name = board.row(slot.number).request_id if slot.number >= 0 else ""
        _LOG.critical("Worker %s ended inside native code, with request %s:\n%s", worker.pid, name, words)
        slot.count(Counter.CRASHED)
    elif slot.live(Live.PID) and not is_killed and slot.live(Live.STATE) != list(State).index(State.STOPPING):
        # By SIGKILL: the kernel's when memory ran out, the arbiter's, or somebody else's.
        slot.count(Counter.LOST)
    source = slot.live(Live.SOURCE)
    # There is none where it waited: layout.NATIVE.
    if source and not worker.aborted and (words or is_killed) and not _began_late(slot):
        Quarantine(board.words).blame(source)
    slot.release()
    if slot.number >= 0:
        board.loads[slot.number] = 0
    if worker.last_words:
        worker.last_words.close()


def _began_late(slot: Slot) -> bool:
    """Whether it overran for three quarters of its time were over when it began: another would have as well.

    Not half: a picture that is heavy and comes from a slow origin would end a worker each time that it is asked for.
    """
    deadline = slot.live(Live.DEADLINE)
    whole, had = deadline - slot.live(Live.ARRIVED), deadline - slot.live(Live.BEGAN)
    return time.monotonic_ns() > deadline and 4 * had < whole
