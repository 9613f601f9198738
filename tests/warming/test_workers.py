import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from imgsvc.config import from_environment
from imgsvc.warming.pace import Pacer
from imgsvc.warming.units import Order, Outcome, Status, Unit
from imgsvc.warming.workers import WorkerError, identity, last_words, make_batch, unsigned

ORDER = Order((), "nowhere", "", timeout_seconds=30, memory_bytes=0)


class Maker:
    """Makes units by their names, and hears when a batch is over."""

    def __init__(self) -> None:
        self.is_settled = False

    def origin(self, unit: Unit) -> str:
        return "http://a"

    def make(self, unit: Unit) -> Outcome:
        if unit.source == "busy":
            with pytest.raises(WorkerError, match="--nthreads 1"):
                make_batch(ORDER, ())
        return Outcome(unit.source, Status.MADE)

    def settle(self) -> None:
        self.is_settled = True


def made(*names: str) -> tuple[list[str], Maker]:
    with Path(os.devnull).open("w") as words:
        maker = Maker()
        outcomes = make_batch(ORDER, tuple(map(Unit, names)), lambda _: (maker, Pacer(0), words))
    return [each.source for each in outcomes], maker


def test_a_batch_is_made_in_its_order_and_nothing_of_it_is_left_to_be_written():
    names, maker = made("a", "b")

    assert (names, maker.is_settled) == (["a", "b"], True)


def test_a_worker_of_two_threads_makes_nothing_in_the_second():
    assert made("busy")[0] == ["busy"]


def test_a_worker_with_other_settings_makes_nothing():
    with pytest.raises(WorkerError, match="wanted: another"):
        make_batch(Order((), "nowhere", "another", 30, 0), (Unit("a"),))


@pytest.mark.parametrize(
    ("name", "value", "is_another"),
    [
        ("IMGSVC_QUALITY", "50", True),
        ("IMGSVC_PRESETS", "card=w:30", True),
        ("IMGSVC_RESULT_STORE", "file:///srv/results", True),
        ("IMGSVC_WORKERS", "7", False),
        ("IMGSVC_KEY", "00", False),
    ],
)
def test_workers_are_alike_by_what_makes_the_pictures_what_they_are(name, value, is_another):
    environ = {name: value} | ({"IMGSVC_SALT": "00"} if name == "IMGSVC_KEY" else {})

    assert (identity(from_environment(environ)) != identity(from_environment({}))) is is_another


def test_presets_of_a_file_count_as_well(tmp_path):
    (tmp_path / "presets").write_text("card=w:30\n")

    assert identity(from_environment({"IMGSVC_PRESETS_PATH": str(tmp_path / "presets")})) != identity(
        from_environment({})
    )


def test_signatures_are_for_strangers():
    config = from_environment({"IMGSVC_KEY": "00", "IMGSVC_SALT": "00"})

    assert unsigned(config).signature != config.signature


def run(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)


def test_memory_beyond_the_limit_is_an_error_and_not_the_end():
    code = """
from imgsvc.warming.units import Order
from imgsvc.warming.workers import confined
confined(Order((), "nowhere", "", 30, 256 << 20))
bytearray(100 << 20)
try: bytearray(1 << 30)
except MemoryError: print("no more")
"""

    assert run(code).stdout == "no more\n"


def test_a_process_that_is_ended_leaves_what_it_was_doing_once(tmp_path):
    code = """
import os, signal, sys
from imgsvc.warming.units import Order
from imgsvc.warming.workers import confined
words = confined(Order((), "nowhere", "", 30, 0, last_words=sys.argv[1]))
os.kill(os.getpid(), signal.SIGSEGV)
"""
    ended = run(code, str(tmp_path))

    (said,) = last_words(str(tmp_path)).values()

    assert (ended.returncode, "Segmentation fault" in said) == (-signal.SIGSEGV, True)
    assert (last_words(str(tmp_path)), last_words("")) == ({}, {})
