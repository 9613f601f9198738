"""Puts the observer together, and runs it until the arbiter or its guard is gone."""

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from imgsvc.exit_codes import ExitCode
from imgsvc.observer.assignment import Assignment
from imgsvc.observer.assignment import read as assignment_of
from imgsvc.observer.clients.listener import Listener
from imgsvc.observer.clients.page import Page, Pages, Slow
from imgsvc.observer.clients.shared import Shared
from imgsvc.observer.guard import stay_guarded
from imgsvc.observer.pages.metrics import exposition
from imgsvc.observer.pages.snapshot import Snapshots
from imgsvc.observer.pages.stacks import stacks
from imgsvc.observer.pages.status import status
from imgsvc.observer.settings import ObserverSettings
from imgsvc.observer.spawning import Handed
from imgsvc.observer.watching.canary import Canary
from imgsvc.observer.watching.kernel import is_running
from imgsvc.observer.watching.monitor import Monitor
from imgsvc.observer.watching.supervisor import Supervisor
from imgsvc.runtime.board.scoreboard import Scoreboard
from imgsvc.runtime.settings import PrefixSettings, RuntimeSettings
from imgsvc.settings.env import SettingsError, load
from imgsvc.settings.environment import own_environment
from imgsvc.telemetry.logs import configure_logging
from imgsvc.telemetry.settings import LogSettings
from imgsvc.telemetry.voices import speak_through_the_log

_ASSIGNMENT_SECONDS = 1.0
_RETRY_SECONDS = 0.5
_MARGIN_SECONDS = 5
_TELLING = frozenset({"/status", "/stacks"})
_NOT_FOUND = Page(404, b"/health /ready /metrics /status /stacks\n")


def observe(handed: Handed) -> None:
    """Serve the pages, until the arbiter is gone or has another assignment; where the observer is off, wait for one."""
    assignment = assignment_of(handed.assignment)
    environ = assignment.environment(own_environment())
    log_as_the_server(environ)
    found = load(ObserverSettings, environ, [])
    address = found.address()
    if address is None:
        _end_with(handed.assignment, assignment)
        return
    monitor = _monitor(Scoreboard.inherited(handed.board), assignment, environ)
    pages = _pages(monitor, found, handed.stacks)
    fallback = pages["/metrics"] if found.prometheus_bind else lambda: _NOT_FOUND
    # SECURITY: who scrapes imgproxy from another machine does not expect to show what is being worked on.
    private = _TELLING if found.prometheus_bind else frozenset()
    threading.Thread(target=_end_with, args=(handed.assignment, assignment), daemon=True).start()
    # Listening first: who is told that the server is ready may ask at once.
    server = _listening(lambda: Listener(address, pages, fallback, private=private), address, monitor.begin)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monitor.begin()
    stay_guarded(handed)
    os._exit(0)  # threads that wait for a client must not keep a port that the next observer needs


def log_as_the_server(environ: Mapping[str, str]) -> None:
    """Write in the form that the server writes in, and to where it writes."""
    with suppress(SettingsError):
        configure_logging(load(LogSettings, environ, []), environ.get("JOURNAL_STREAM", ""))
    speak_through_the_log()


def patience_seconds(environ: Mapping[str, str]) -> float:
    """After so long without a canary nothing can be in work any more that would end by itself."""
    found = load(RuntimeSettings, environ, [])
    return float(found.timeout + found.write_response_timeout + _MARGIN_SECONDS)


def _end_with(descriptor: int, assignment: Assignment) -> None:
    """End the process when there is another assignment; the guard starts the next one with that."""
    while assignment_of(descriptor) == assignment:
        time.sleep(_ASSIGNMENT_SECONDS)
    os._exit(ExitCode.OK)


def _monitor(board: Scoreboard, assignment: Assignment, environ: Mapping[str, str]) -> Monitor:
    listener = assignment.listener
    canary = Canary(listener, f"{load(PrefixSettings, environ, []).path_prefix}/health")
    port = None if listener.startswith("unix:") else int(listener.rpartition(":")[2])
    return Monitor(board, canary, port, Supervisor(assignment.supervisor, patience_seconds(environ)))


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
        "/metrics": Slow(Shared(lambda: Page.metrics(exposition(snapshots.take(), settings.prometheus_namespace)))),
        "/status": Slow(Shared(lambda: Page.json(status(monitor)))),
        "/stacks": Slow(stack_of_all),
    }


def _listening(listen: Callable[[], Listener], address: tuple[str, int], otherwise: Callable[[], None]) -> Listener:
    """The listener; another process may still have the port, as the one that is being replaced does for a moment.

    What is done `otherwise` does not wait for it.
    """
    told = False
    while True:
        try:
            return listen()
        except OSError as error:
            if not told:
                logging.getLogger(__name__).warning("The observer cannot listen on %s: %s", address, error)
            told = True
            otherwise()
            time.sleep(_RETRY_SECONDS)
