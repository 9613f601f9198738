import os
import sys
import time
from pathlib import Path

from bench.processes import Command, Program, cpu_seconds, pss_bytes, spent, tree
from tests.waiting import eventually

PARENT = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
BURNER = "import time; end = time.process_time() + 0.3\nwhile time.process_time() < end: pass\ntime.sleep(60)"


def program(tmp_path: Path, script: str) -> Program:
    return Program(Command([sys.executable, "-c", script], tmp_path), tmp_path / "log")


def await_tree(root: int, count: int) -> list[int]:
    end = time.monotonic() + 10
    while time.monotonic() < end and len(tree([root])) < count:
        time.sleep(0.02)
    return tree([root])


def test_a_program_ends_with_all_that_it_started(tmp_path):
    with program(tmp_path, PARENT) as running:
        pids = await_tree(running.pid, 2)

    assert len(pids) == 2
    # Who is killed ends when the kernel comes to it.
    assert eventually(lambda: [pid for pid in pids if tree([pid]) and _state(pid) != "Z"] == [])


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def test_cpu_time_of_a_tree_counts_what_its_processes_burnt(tmp_path):
    with program(tmp_path, BURNER) as running:
        assert eventually(lambda: cpu_seconds([running.pid]) >= 0.25)


def test_the_fields_of_a_stat_are_counted_with_those_of_ended_children():
    values = ["S", *["0"] * 10, "100", "50", "20", "30", "0"]

    assert spent(values) == 200 / os.sysconf("SC_CLK_TCK")


def test_memory_is_that_of_a_real_process():
    assert pss_bytes([os.getpid()]) > 1_000_000


def test_a_process_that_is_gone_takes_nothing():
    assert (tree([2**22 + 1]), pss_bytes([2**22 + 1])) == ([], 0)
