"""What gunicorn's configuration and gunicorn itself call; it loads nothing that the arbiter does not need."""

import os
import time
from contextlib import suppress
from functools import cache
from typing import Any

from imgsvc.env import Mistake, SettingsError, load
from imgsvc.environment import environment, take
from imgsvc.observer import spawning, stacks
from imgsvc.observer.settings import ObserverSettings
from imgsvc.runtime import arbiter as runtime
from imgsvc.runtime.health_checks import HealthChecks, health_paths
from imgsvc.runtime.settings import PrefixSettings, RuntimeSettings

# Over the sum of a request's own budgets, so that gunicorn's killer is the last resort.
_MARGIN_SECONDS = 5

_in_use = RuntimeSettings()


def settings() -> RuntimeSettings:
    """The process's settings; where there is a mistake among them, those before a reload.

    Mistakes are passed over here: the application, loaded next, finds them again among all others,
    and ends the process with the whole list before anything is bound.
    """
    global _in_use
    mistakes: list[Mistake] = []
    with suppress(SettingsError):
        found = load(RuntimeSettings, environment(), mistakes)
        _in_use = _in_use if mistakes else found
    return _in_use


@cache
def observer_settings() -> ObserverSettings:
    """The observer's settings, as they were when the server was started."""
    try:
        return load(ObserverSettings, environment(), [])
    except SettingsError:
        return ObserverSettings()


def path_prefix() -> str:
    """What is before every route."""
    try:
        return load(PrefixSettings, environment(), []).path_prefix
    except SettingsError:
        return ""


def health_checks() -> HealthChecks:
    """Those that the application answers."""
    return HealthChecks(health_paths(path_prefix(), settings().health_check_path))


def worker_timeout(found: RuntimeSettings) -> int:
    """Seconds after which gunicorn takes a silent worker for dead."""
    return found.read_request_timeout + found.timeout + found.write_response_timeout + _MARGIN_SECONDS


def on_starting(arbiter: Any) -> None:
    """Make the scoreboard, before anything is forked, and leave systemd to the observer, if there will be one."""
    arbiter.board = runtime.make_board(arbiter.num_workers)
    if observer_settings().address():
        # gunicorn would tell systemd that all is ready before any worker is.
        spawning.supervise(take("NOTIFY_SOCKET"))


def on_reload(arbiter: Any) -> None:
    """Let the new workers have the settings as they are now; if these cannot be used, nothing changes."""
    runtime.prepare_listeners(arbiter.LISTENERS)
    runtime.renew(arbiter.app)


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
    """Give a new worker its budgets, and what goes before them."""
    worker.prefix, worker.health_checks = path_prefix(), health_checks()
    runtime.settle(worker, settings(), arbiter.opened if arbiter.systemd else None)


def post_worker_init(_worker: Any) -> None:
    """Let a worker, whose signals have been set up, say what it is doing when the observer asks."""
    if observer_settings().address():
        stacks.register(spawning.stacks_file())


def observe(arbiter: Any) -> None:
    """Start the observer unless it is off or runs already; it watches the first listener."""
    if observer_settings().address() and arbiter.LISTENERS:
        spawning.ensure(arbiter.pid, listener_address(arbiter.LISTENERS[0]))


def listener_address(listener: Any) -> str:
    """A listener's address as settings write it."""
    name = listener.sock.getsockname()
    if isinstance(name, str | bytes):
        return f"unix:{os.fsdecode(name)}"
    return f"[{name[0]}]:{name[1]}" if ":" in name[0] else f"{name[0]}:{name[1]}"


def when_ready(arbiter: Any) -> None:
    """Say where the server listens, once it does."""
    arbiter.opened = time.monotonic()
    runtime.prepare_listeners(arbiter.LISTENERS)
    observe(arbiter)
    if arbiter.systemd and settings().address() != RuntimeSettings().address():
        arbiter.log.warning("BIND does nothing here: systemd opened the socket; its address is set in imgsvc.socket")
    arbiter.log.info("Ready: %s workers on %s", arbiter.num_workers, ", ".join(map(str, arbiter.LISTENERS)))


def worker_abort(worker: Any) -> None:
    """Say which worker the arbiter gave up on; what it was doing is in its own last lines."""
    worker.log.error("Worker %s was silent for too long and is replaced", worker.pid)
