"""A run, from what is due to the report: the manifest, the engine and what is shown, introduced to each other."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from imgsvc.exit_codes import ExitCode
from imgsvc.warming.backlog import Backlog
from imgsvc.warming.manifest import Manifest
from imgsvc.warming.telling.page import Look, page
from imgsvc.warming.telling.progress import Shown
from imgsvc.warming.telling.summary import Summary
from imgsvc.warming.units import Outcome, Status, Unit

# So many have to have come to an end before their share of failures says anything.
_TELLING = 100


class EngineError(Exception):
    """The engine cannot start or go on, with what to do about it."""


class Engine(Protocol):
    """Makes what a backlog hands out."""

    def run(self, backlog: Backlog, told: Callable[[Outcome], None], tick: Callable[[], None]) -> None:
        """Until there is nothing left."""


class Run:
    """One run over what is due; `fail_over` is the share of failures at which it stops."""

    def __init__(self, manifest: Manifest, shown: Shown, fail_over: float = 1.0) -> None:
        self.manifest, self.shown, self.summary = manifest, shown, Summary()
        self._fail_over = fail_over
        self.is_interrupted = self.is_stopped = False
        self.seconds = 0.0

    def go(self, units: Iterator[Unit], start: Callable[[], AbstractContextManager[Engine]]) -> None:
        """Make them; where nothing is due no engine is started."""
        began = time.monotonic()
        first = next(units, None)
        if first is not None:
            backlog = Backlog(_chained(first, units))
            with self._interruptible(backlog), start() as engine, self.shown:
                engine.run(backlog, lambda outcome: self._add(outcome, backlog), lambda: self.shown.show(self.summary))
        self.seconds = time.monotonic() - began

    @property
    def exit_code(self) -> ExitCode:
        """How the command ends."""
        if self.is_interrupted:
            return ExitCode.INTERRUPTED
        if self.summary.counts[Status.FAILED] or self.manifest.passed_over[Status.FAILED] or self.is_stopped:
            return ExitCode.NO
        return ExitCode.TRY_AGAIN if self.summary.counts[Status.LOST] else ExitCode.OK

    @property
    def advice(self) -> str:
        """What to do about how it ended; empty where there is nothing."""
        if self.is_interrupted:
            return "interrupted: the same command goes on where it was"
        if self.is_stopped:
            return f"stopped, for more than {self._fail_over:.0%} failed or were lost: --fail-over says how many may"
        return "what was lost is tried again by the same command" if self.summary.counts[Status.LOST] else ""

    def _add(self, outcome: Outcome, backlog: Backlog) -> None:
        self.manifest.write(outcome)
        self.summary.add(outcome)
        bad = self.summary.units - self.summary.counts[Status.MADE] - self.summary.counts[Status.KEPT]
        if self.summary.units >= _TELLING and bad > self._fail_over * self.summary.units:
            self.is_stopped = True
            backlog.stop()

    @contextmanager
    def _interruptible(self, backlog: Backlog) -> Iterator[None]:
        """The first Ctrl-C hands out no more, the second ends at once."""

        def interrupt(_number: int, _frame: object) -> None:
            if self.is_interrupted:
                raise KeyboardInterrupt
            self.is_interrupted = True
            backlog.stop()

        before = {each: signal.signal(each, interrupt) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)


def write_reports(run: Run, look: Look) -> tuple[Path, Path]:
    """The report as JSON and as a page, beside the manifest; where they are. OSError where they cannot be."""
    stem = run.manifest.path.with_suffix("")
    told, shown = stem.with_name(f"{stem.name}.report.json"), stem.with_name(f"{stem.name}.report.html")
    _write(told, json.dumps(run.summary.told(run.seconds), indent=1) + "\n")
    _write(shown, page(run.summary, run.seconds, look))
    return told, shown


def _write(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    # A name of a file may hold what is no text.
    try:
        beside.write_text(text, encoding="utf-8", errors="replace")
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def _chained(first: Unit, others: Iterator[Unit]) -> Iterator[Unit]:
    yield first
    yield from others
