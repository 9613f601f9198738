"""What gunicorn's configuration and gunicorn itself call; it loads nothing that the arbiter does not need."""

from typing import Any

from imgsvc.env import Mistake, SettingsError, load
from imgsvc.environment import environment
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


def post_fork(_arbiter: Any, worker: Any) -> None:
    """Give a new worker its budgets."""
    worker.settings = settings()


def when_ready(arbiter: Any) -> None:
    """Say where the server listens, once it does."""
    arbiter.log.info("Ready: %s workers on %s", arbiter.num_workers, ", ".join(map(str, arbiter.LISTENERS)))


def worker_abort(worker: Any) -> None:
    """Say which worker the arbiter gave up on; what it was doing is in its own last lines."""
    worker.log.error("Worker %s was silent for too long and is replaced", worker.pid)
