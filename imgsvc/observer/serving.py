"""Puts the observer together, and runs it until the arbiter or its guard is gone."""

import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from imgsvc.env import Mistake, SettingsError, load
from imgsvc.environment import environment
from imgsvc.observer.canary import Canary
from imgsvc.observer.guard import stay_guarded
from imgsvc.observer.kernel import is_running
from imgsvc.observer.listener import Listener, Page, Pages
from imgsvc.observer.metrics import exposition
from imgsvc.observer.monitor import Monitor
from imgsvc.observer.settings import ObserverSettings
from imgsvc.observer.shared import Shared
from imgsvc.observer.snapshot import Snapshots
from imgsvc.observer.stacks import stacks
from imgsvc.observer.status import status
from imgsvc.observer.supervisor import Supervisor
from imgsvc.runtime.scoreboard import Scoreboard, ScoreboardError, path_of
from imgsvc.runtime.settings import PrefixSettings, RuntimeSettings
from imgsvc.telemetry.logs import configure_logging
from imgsvc.telemetry.settings import LogSettings

_START_SECONDS = 10.0
_RETRY_SECONDS = 0.5
_MARGIN_SECONDS = 5
_TELLING = frozenset({"/status", "/stacks"})
_NOT_FOUND = Page(404, b"/health /ready /metrics /status /stacks\n")


def observe(arbiter_pid: int, listener: str, stacks_descriptor: int, supervisor: Supervisor) -> None:
    """Serve the pages; returns when there is nothing more to observe."""
    log_as_the_server()
    found = observer_settings()
    address = found.address()
    board = _board(arbiter_pid)
    if address is None or board is None:
        return
    monitor = _monitor(board, listener, supervisor)
    pages = _pages(monitor, found, stacks_descriptor)
    fallback = pages["/metrics"] if found.prometheus_bind else lambda: _NOT_FOUND
    # SECURITY: who scrapes imgproxy from another machine does not expect to show what is being worked on.
    private = _TELLING if found.prometheus_bind else frozenset()
    server = _listening(lambda: Listener(address, pages, fallback, private=private), address)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stay_guarded(arbiter_pid, listener, stacks_descriptor)
    os._exit(0)  # threads that wait for a client must not keep a port that the next observer needs


def log_as_the_server() -> None:
    """Write in the form that the server writes in, and to where it writes."""
    with suppress(SettingsError):
        environ = environment()
        configure_logging(load(LogSettings, environ, []), environ.get("JOURNAL_STREAM", ""))


def observer_settings() -> ObserverSettings:
    """The observer's settings; mistakes were told by the server, which would not run with them."""
    mistakes: list[Mistake] = []
    try:
        return load(ObserverSettings, environment(), mistakes)
    except SettingsError:
        return ObserverSettings()


def patience_seconds() -> float:
    """After so long without a canary nothing can be in work any more that would end by itself."""
    found = load(RuntimeSettings, environment(), [])
    return float(found.timeout + found.write_response_timeout + _MARGIN_SECONDS)


def _monitor(board: Scoreboard, listener: str, supervisor: Supervisor) -> Monitor:
    canary = Canary(listener, f"{load(PrefixSettings, environment(), []).path_prefix}/health")
    port = None if listener.startswith("unix:") else int(listener.rpartition(":")[2])
    monitor = Monitor(board, canary, port, supervisor)
    canary.start()
    monitor.start()
    return monitor


def _pages(monitor: Monitor, settings: ObserverSettings, descriptor: int) -> Pages:
    def health() -> Page:
        runs = is_running(monitor.board.arbiter_pid)
        return Page.verdict(() if runs else ("the arbiter does not run",), "alive")

    def stack_of_all() -> Page:
        return Page.json(stacks((row.pid for row in monitor.board.rows()), descriptor))

    snapshots = Snapshots(monitor)
    return {
        "/health": health,
        "/ready": lambda: Page.verdict(monitor.readiness.reasons, "ready"),
        "/metrics": Shared(lambda: Page.metrics(exposition(snapshots.take(), settings.prometheus_namespace))),
        "/status": Shared(lambda: Page.json(status(monitor))),
        "/stacks": stack_of_all,
    }


def _board(arbiter_pid: int) -> Scoreboard | None:
    """The server's scoreboard, once it is there."""
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        try:
            return Scoreboard.open(path_of(arbiter_pid))
        except ScoreboardError:
            time.sleep(0.05)
    return None


def _listening(listen: Callable[[], Listener], address: tuple[str, int]) -> Listener:
    """The listener; another process may still have the port, as the one that is being replaced does for a moment."""
    told = False
    while True:
        try:
            return listen()
        except OSError as error:
            if not told:
                logging.getLogger(__name__).warning("The observer cannot listen on %s: %s", address, error)
            told = True
            time.sleep(_RETRY_SECONDS)
