"""What gunicorn's configuration and gunicorn itself call; it loads nothing that the arbiter does not need."""

import os
import time
from dataclasses import fields, replace
from functools import cache
from typing import Any

from imgsvc.observer import spawning
from imgsvc.observer.assignment import Assignment, settings_in, write
from imgsvc.observer.pages import stacks
from imgsvc.observer.settings import ObserverSettings, PlaygroundSettings
from imgsvc.playground import spawning as playground
from imgsvc.runtime import arbiter as runtime
from imgsvc.runtime.clients.passing import Passing
from imgsvc.runtime.http.health_checks import HealthChecks, health_paths
from imgsvc.runtime.reloading import Binding, RefusedError, contain, renew, wait_for_restart
from imgsvc.runtime.settings import PrefixSettings, RuntimeSettings
from imgsvc.settings.env import PREFIXES, SettingsError, load
from imgsvc.settings.environment import environment, own_environment, take
from imgsvc.telemetry.arbiter_log import ArbiterLog
from imgsvc.telemetry.logs import configure_logging
from imgsvc.telemetry.settings import LogSettings
from imgsvc.telemetry.voices import speak_through_the_log

# Over the sum of a request's own budgets, so that gunicorn's killer is the last resort.
_MARGIN_SECONDS = 5
_SYSTEMDS = "systemd opened the socket; its address is set in imgsvc.socket"


@cache
def _process() -> "_Process":
    return _Process()


class _Process:
    """What the process runs with: read at its start, and changed by a reload that is done, and by nothing else."""

    def __init__(self) -> None:
        try:
            self.use(environment())
        except SettingsError:
            self.use(own_environment())
        self.binding = Binding(self.settings.address())
        # Where whoever started the server wants to be told how it is.
        self.supervisor = ""

    def use(self, environ: dict[str, str]) -> None:
        """Run with these settings from now on.

        Mistakes are passed over here: the application, loaded next, finds them again among all others, and ends
        the process with the whole list before anything is bound.
        """
        self.environ = environ
        self.settings = load(RuntimeSettings, environ, [])
        self.observer = load(ObserverSettings, environ, [])
        self.playground = load(PlaygroundSettings, environ, [])
        self.path_prefix = load(PrefixSettings, environ, []).path_prefix
        self.health_checks = HealthChecks(health_paths(self.path_prefix, self.settings.health_check_path))

    def keep_observer(self, found: ObserverSettings) -> None:
        """Let the observer stay as it was: its supervisor takes it for the server."""
        self.observer = found
        named = {f"{PREFIXES[0]}{each.name.upper()}": str(getattr(found, each.name)) for each in fields(found)}
        self.environ = self.environ | named


def begin_loading() -> None:
    """Say that gunicorn has begun: it reads its configuration first, and then loads the application."""
    runtime.begin_loading()


def settings() -> RuntimeSettings:
    """The settings that the process runs with."""
    return _process().settings


def address() -> str:
    """What gunicorn is told to listen on."""
    return _process().binding.told


@cache
def logger_class() -> type[ArbiterLog]:
    """Let everything that is said be said in the log's form, from gunicorn's first line on."""
    environ = _process().environ
    found = load(LogSettings, environ, [])
    journal_stream = environ.get("JOURNAL_STREAM", "")
    try:
        configure_logging(found, journal_stream)
    except SettingsError:
        # Of which the application tells, by way of this log.
        configure_logging(replace(found, syslog_enable=False), journal_stream)
    speak_through_the_log()
    return ArbiterLog


def worker_timeout(found: RuntimeSettings) -> int:
    """Seconds after which gunicorn takes a silent worker for dead."""
    return found.read_request_timeout + found.timeout + found.write_response_timeout + _MARGIN_SECONDS


def on_starting(arbiter: Any) -> None:
    """Make the scoreboard, before anything is forked, and leave systemd to the observer, if there will be one."""
    # gunicorn would answer 400 to whatever is not below it; our own name for that is PATH_PREFIX.
    take("SCRIPT_NAME")
    arbiter.board = runtime.make_board(arbiter.num_workers)
    arbiter.passing = Passing()
    contain(arbiter, lambda: _prepare_reload(arbiter))
    runtime.share_loaded()
    if _process().observer.address():
        # gunicorn would tell systemd that all is ready before any worker is.
        _process().supervisor = take("NOTIFY_SOCKET")


def _prepare_reload(arbiter: Any) -> None:
    """Everything of a reload that can fail, before gunicorn begins with it."""
    process = _process()
    try:
        environ = environment()
    except SettingsError as error:
        raise RefusedError(str(error)) from error
    stays = arbiter.systemd or process.settings.so_reuseport
    address = process.binding.address if stays else load(RuntimeSettings, environ, []).address()
    observer = load(ObserverSettings, environ, [])
    goes = bool(process.observer.address()) and not observer.address()
    wait_for_restart("OBSERVER_BIND", "to take the observer away needs a restart" if goes else "")
    with process.binding.changing(address):
        renew(arbiter.app)
    runtime.share_loaded()
    before, observed = process.settings, process.observer
    process.use(environ)
    # Sockets of their own beside the one that there is: the workers could not have them.
    process.settings = replace(process.settings, so_reuseport=before.so_reuseport)
    if goes:
        process.keep_observer(observed)


@runtime.contained
def on_reload(arbiter: Any) -> None:
    """See to the listeners, which may be others than before, and tell the observer."""
    runtime.prepare_listeners(arbiter.LISTENERS)
    _process().binding.forget_the_old()
    observe(arbiter)
    play(arbiter)


def pre_fork(arbiter: Any, worker: Any) -> None:
    """Give a worker its slot; a thread that was started before would make it hang, and so ends the start."""
    runtime.check_threads(is_first=worker.age == 1)
    _equip(arbiter, worker)


@runtime.contained
def _equip(arbiter: Any, worker: Any) -> None:
    runtime.equip(arbiter.board, worker, arbiter.num_workers, arbiter.passing)


@runtime.contained
def child_exit(arbiter: Any, worker: Any) -> None:
    """Log what a worker left behind, and free its slot."""
    runtime.bury(arbiter.board, worker)


def post_fork(arbiter: Any, worker: Any) -> None:
    """Give a new worker its budgets, and what goes before them."""
    worker.prefix, worker.health_checks = _process().path_prefix, _process().health_checks
    runtime.settle(worker, settings(), arbiter.opened if arbiter.systemd else None)


@runtime.contained
def post_worker_init(_worker: Any) -> None:
    """Let a worker, whose signals have been set up, say what it is doing when the observer asks."""
    if _process().observer.address():
        stacks.register(spawning.stacks_file())


@runtime.contained
def observe(arbiter: Any) -> None:
    """Give the observer its assignment, and start it unless it is off or runs; it watches the first listener."""
    process = _process()
    if process.observer.address() and arbiter.LISTENERS:
        listener = listener_address(arbiter.LISTENERS[0])
        assignment = Assignment(listener, process.supervisor, settings_in(process.environ))
        write(spawning.assignment_file(), assignment)
        descriptors = arbiter.board.descriptor, spawning.stacks_file(), spawning.assignment_file()
        spawning.ensure(spawning.Handed(arbiter.pid, *descriptors))


@runtime.contained
def play(arbiter: Any) -> None:
    """Start the playground, or end it, as the settings say; it asks the first listener for its pictures."""
    if _process().playground.address() and arbiter.LISTENERS:
        playground.begin(arbiter.pid, listener_address(arbiter.LISTENERS[0]))
    else:
        playground.end()


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
    play(arbiter)
    if arbiter.systemd:
        wait_for_restart("BIND NETWORK PORT", _SYSTEMDS)
        if settings().address() != RuntimeSettings().address():
            arbiter.log.warning("BIND does nothing here: %s", _SYSTEMDS)
    elif settings().so_reuseport:
        wait_for_restart("BIND NETWORK PORT", "with SO_REUSEPORT it needs a restart")
    arbiter.log.info("Ready: %s workers on %s", arbiter.num_workers, ", ".join(map(str, arbiter.LISTENERS)))


def worker_abort(worker: Any) -> None:
    """Say which worker the arbiter gave up on; what it was doing is in its own last lines."""
    worker.log.error("Worker %s was silent for too long and is replaced", worker.pid)
