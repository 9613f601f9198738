"""The arbiter's part: it makes the scoreboard, gives each worker a slot before its fork, and buries it after its end.

It starts no thread, and refuses to fork where somebody else did: a fork takes locks with it that nobody gives back.
"""

import logging
import threading
from typing import Any

from imgsvc.runtime.last_words import LastWords
from imgsvc.runtime.layout import Counter, Live, State
from imgsvc.runtime.listening import defer, welcome
from imgsvc.runtime.quarantine import Quarantine
from imgsvc.runtime.scoreboard import Scoreboard
from imgsvc.runtime.settings import RuntimeSettings

_LOG = logging.getLogger("imgsvc.runtime")

# More than twice the workers: at a reload, the old ones and the new ones are there together.
_SLOTS_PER_WORKER = 3
_SPARE_SLOTS = 8
_LAST_INSTRUCTIONS_SECONDS = 0.2


class ThreadBeforeForkError(RuntimeError):
    """Something that was loaded before the fork has started a thread."""


def make_board(workers: int) -> Scoreboard:
    """The scoreboard of this server."""
    board = Scoreboard.create(workers * _SLOTS_PER_WORKER + _SPARE_SLOTS)
    board.want(workers)
    return board


def check_threads() -> None:
    """Raise where this process has a thread beside its main one."""
    others = [thread for thread in threading.enumerate() if thread is not threading.main_thread()]
    # A lookup for a watermark's URL may be on its last instructions.
    for thread in others:
        thread.join(_LAST_INSTRUCTIONS_SECONDS)
    if alive := [thread.name for thread in others if thread.is_alive()]:
        raise ThreadBeforeForkError(f"threads before the fork: {', '.join(alive)}; nothing is served")


def prepare_listeners(listeners: list[Any]) -> None:
    """Set what all workers share."""
    for listener in listeners:
        welcome(listener.sock)
        defer(listener.sock)


def renew(app: Any) -> None:
    """Make the application again from the settings as they are now; one that cannot be made leaves the old one."""
    try:
        app.callable = app.load()
    except SystemExit:
        _LOG.error("The new settings cannot be used; the server goes on with the old ones")


def equip(board: Scoreboard, worker: Any, workers: int) -> None:
    """Give a worker about to be forked its slot, and paper for its last words."""
    board.want(workers)
    worker.board = board
    worker.slot = board.reserve()
    worker.last_words = LastWords.prepare()


def settle(worker: Any, settings: RuntimeSettings, opened: float | None) -> None:
    """Begin in the new process; `opened` is when the server was given a listener that outlives it, if it was."""
    worker.settings = settings
    if opened is not None:
        worker.keeps_queue, worker.opened = True, opened
    worker.slot.occupy(worker.pid)


def bury(board: Scoreboard, worker: Any) -> None:
    """Log a worker's last words, remember whose image ended it, and free its slot."""
    slot, words = worker.slot, worker.last_words.read()
    is_killed = slot.live(Live.STATE) == list(State).index(State.KILLED)
    if words:
        name = board.row(slot.number).request_id if slot.number >= 0 else ""
        _LOG.critical("Worker %s ended inside native code, with request %s:\n%s", worker.pid, name, words)
        slot.count(Counter.CRASHED)
    elif slot.live(Live.PID) and not is_killed and slot.live(Live.STATE) != list(State).index(State.STOPPING):
        # By SIGKILL: the kernel's when memory ran out, the arbiter's, or somebody else's.
        slot.count(Counter.LOST)
    source = slot.live(Live.SOURCE)
    if source and not worker.aborted and (words or is_killed):
        Quarantine(board.words).blame(source)
    slot.release()
    worker.last_words.close()
