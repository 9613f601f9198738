import json
import os
import signal
from contextlib import contextmanager

import pytest
from rich.console import Console

from imgsvc.exit_codes import ExitCode
from imgsvc.warming.manifest import Manifest, read
from imgsvc.warming.running import Run, write_reports
from imgsvc.warming.telling.progress import Lines
from imgsvc.warming.units import Outcome, Status, Unit


class Engine:
    """Makes each unit what its name says; `interrupts` so many times by Ctrl-C after the first."""

    def __init__(self, interrupts: int = 0) -> None:
        self.interrupts, self.starts = interrupts, 0

    @contextmanager
    def __call__(self):
        self.starts += 1
        yield self

    def run(self, backlog, told, tick):
        while batch := backlog.next(0):
            for each in backlog.came_back(batch, [Outcome(u.source, Status(u.source)) for u in batch.units], 0):
                told(each)
            for _ in range(self.interrupts):
                os.kill(os.getpid(), signal.SIGINT)
            tick()


@pytest.fixture
def go(tmp_path):
    """Runs over units of these names; the run."""

    def run(*names: str, engine: Engine | None = None, **more) -> Run:
        with Manifest(tmp_path / "warm.jsonl", "order") as manifest:
            made = Run(manifest, Lines(Console(quiet=True), None), **more)
            made.go(manifest.due(map(Unit, names)), engine or Engine())
            return made

    return run


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ("made kept", ExitCode.OK),
        ("made failed lost", ExitCode.NO),
        ("made lost", ExitCode.TRY_AGAIN),
        ("", ExitCode.OK),
    ],
)
def test_the_exit_code_tells_whether_all_is_there(go, names, code):
    assert go(*names.split()).exit_code is code


@pytest.mark.parametrize(
    ("names", "engine", "says"),
    [
        ("made", Engine(), ""),
        ("made lost", Engine(), "tried again by the same command"),
        ("made", Engine(interrupts=1), "goes on where it was"),
    ],
)
def test_what_to_do_about_how_it_ended_is_told(go, names, engine, says):
    advice = go(*names.split(), engine=engine).advice

    assert (says in advice, bool(says)) == (True, bool(advice))


def test_what_failed_in_an_earlier_run_is_still_not_there(go):
    go("made", "failed")

    assert go("made", "failed").exit_code is ExitCode.NO


def test_where_nothing_is_due_no_engine_is_started(go):
    go("made", "kept")
    engine = Engine()
    go("made", "kept", engine=engine)

    assert engine.starts == 0


def test_every_end_is_written_down(go, tmp_path):
    go("made", "failed")

    assert [each["source"] for each in read(tmp_path / "warm.jsonl")] == ["made", "failed"]


def test_the_first_ctrl_c_lets_end_what_is_under_way(go):
    found = go(*["made"] * 100, engine=Engine(interrupts=1))

    assert (found.exit_code, found.summary.units) == (ExitCode.INTERRUPTED, 2)


def test_the_second_ends_at_once_and_leaves_ctrl_c_as_it_was(go):
    before = signal.getsignal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        go(*["made"] * 100, engine=Engine(interrupts=2))
    assert signal.getsignal(signal.SIGINT) is before


def test_a_run_that_mostly_fails_stops(go):
    found = go(*["failed"] * 1000, fail_over=0.5)

    assert (found.exit_code, found.summary.units < 200) == (ExitCode.NO, True)


def test_reports_stand_beside_the_manifest(go, tmp_path):
    told, shown = write_reports(go("made", "failed"), lambda _: None)

    assert (told.name, shown.name) == ("warm.report.json", "warm.report.html")
    assert json.loads(told.read_text())["made"] == 1
    assert "1 made" in shown.read_text()


def test_a_report_that_cannot_be_written_leaves_nothing_beside_it(go, tmp_path):
    run = go("made")
    (tmp_path / "warm.report.json").mkdir()

    with pytest.raises(OSError, match=r"warm\.report\.json"):
        write_reports(run, lambda _: None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["warm.jsonl", "warm.report.json"]
