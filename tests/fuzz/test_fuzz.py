"""The machine of ./check fuzz itself, in seconds: what it finds in a server is for the long run to tell."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from imgsvc.options.formats import Format
from tests.fuzz.judge import Finding, forget_peak, resident_peak
from tests.fuzz.mutants import ORIGINALS, mutant, words
from tests.fuzz.running import LostError, Run, Worker
from tests.memory import take

SEED = 17


def test_there_are_files_of_every_format_that_can_be_read() -> None:
    assert words() == {each.word for each in Format}


def test_a_seed_and_a_number_make_the_same_mutant_again() -> None:
    assert [mutant(SEED, number) for number in range(50)] == [mutant(SEED, number) for number in range(50)]


def test_mutants_differ_from_what_they_are_made_of() -> None:
    made = [mutant(SEED, number) for number in range(100)]

    assert sum(each.body != ORIGINALS[each.origin]() for each in made) > 90


def test_one_kind_of_file_can_be_asked_for() -> None:
    assert {mutant(SEED, number, "gif").origin for number in range(50)} == {"gif", "gif-animated"}


def test_the_peak_of_memory_is_measured_anew() -> None:
    take(100)
    high = resident_peak()

    forget_peak()

    assert high - resident_peak() > 80 << 20


@pytest.mark.slow
def test_a_few_mutants_are_judged_each_by_a_worker(tmp_path: Path) -> None:
    run, said = Run(SEED, tmp_path, os.environ, "png"), list[str]()

    run.run(600, 1, said.append, most=80)

    assert run.done == 80 > run.made > 0
    assert "80 mutants" in said[-1]


@pytest.mark.slow
def test_a_worker_that_ends_is_a_finding(tmp_path: Path) -> None:
    worker = Worker(SEED, "no such kind", os.environ, tmp_path / "log")

    with pytest.raises(LostError, match="a worker ended"):
        worker.judged(0)

    worker.close()


def test_what_is_found_is_kept_with_what_was_asked(tmp_path: Path) -> None:
    run = Run(SEED, tmp_path, {})

    run._keep(3, Finding("5xx", "500 KeyError in x.py:f", "trace"))

    (kept,) = run.kept[("5xx", "500 KeyError in x.py:f")]
    assert kept.read_bytes() == mutant(SEED, 3).body
    assert "KeyError" in kept.with_suffix(".txt").read_text()


BROKEN_RULES = """
import os, tempfile, time
from pathlib import Path
from types import SimpleNamespace
from imgsvc.options.formats import Format
from tests.fuzz.judge import Judge
from tests.fuzz.mutants import Mutant

class Broken:
    # Decodes more than its header says, takes memory and time, and then raises what is no error of the catalogue.
    def prepare(self, request): return None
    def decide(self, job, fetched):
        header = SimpleNamespace(size=(8, 8), format=Format.PNG)
        return SimpleNamespace(header=header, decode=lambda: SimpleNamespace(size=(64, 64))), None
    def render(self, job, scope):
        taken, end = bytearray(os.urandom(1 << 20)) * 150, time.process_time() + 2.1
        while time.process_time() < end: pass
        raise KeyError("x")

with tempfile.TemporaryDirectory() as folder:
    judge = Judge(Path(folder), Path(folder) / "said")
    judge._renderer = Broken()
    os.write(2, b"libpng warning: 17 bytes")
    found = judge.findings(Mutant("png", b"", "w:10", ""))
print(*[each.kind for each in found])
"""


def test_every_rule_that_is_broken_is_found() -> None:
    found = subprocess.run([sys.executable, "-c", BROKEN_RULES], capture_output=True, text=True, check=True).stdout

    assert found.split() == ["size", "5xx", "time", "memory", "stderr"]
