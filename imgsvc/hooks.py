"""What gunicorn's configuration and gunicorn itself call; it loads nothing that the arbiter does not need."""

from typing import Any

from imgsvc.env import Mistake, SettingsError, load
from imgsvc.environment import environment
from imgsvc.runtime import arbiter as runtime
from imgsvc.runtime.settings import RuntimeSettings

# Over the sum of a request's own budgets, so that gunicorn's killer is the last resort.
_MARGIN_SECONDS = 5


def settings() -> RuntimeSettings:
    """The process's settings.

    Mistakes are passed over here: the application, loaded next, finds them again among all others,
    and ends the process with the whole list before anything is bound.
    """
    mistakes: list[Mistake] = []
    try:
        return load(RuntimeSettings, environment(), mistakes)
    except SettingsError:
        return RuntimeSettings()


def worker_timeout(found: RuntimeSettings) -> int:
    """Seconds after which gunicorn takes a silent worker for dead."""
    return found.read_request_timeout + found.timeout + found.write_response_timeout + _MARGIN_SECONDS


def on_starting(arbiter: Any) -> None:
    """Make the scoreboard, before anything is forked."""
    arbiter.board = runtime.make_board(arbiter.num_workers)


def on_exit(arbiter: Any) -> None:
    """Take the scoreboard's name away."""
    arbiter.board.remove()


def pre_fork(arbiter: Any, worker: Any) -> None:
    """Give a worker its slot; a thread that was started before would make it hang, and so ends the server."""
    runtime.check_threads()
    runtime.equip(arbiter.board, worker, arbiter.num_workers)


def child_exit(arbiter: Any, worker: Any) -> None:
    """Log what a worker left behind, and free its slot."""
    runtime.bury(arbiter.board, worker)


def post_fork(arbiter: Any, worker: Any) -> None:
    """Give a new worker its budgets."""
    runtime.settle(worker, settings(), keeps_queue=arbiter.systemd)


def when_ready(arbiter: Any) -> None:
    """Say where the server listens, once it does."""
    runtime.prepare_listeners(arbiter.LISTENERS)
    arbiter.log.info("Ready: %s workers on %s", arbiter.num_workers, ", ".join(map(str, arbiter.LISTENERS)))


def worker_abort(worker: Any) -> None:
    """Say which worker the arbiter gave up on; what it was doing is in its own last lines."""
    worker.log.error("Worker %s was silent for too long and is replaced", worker.pid)
