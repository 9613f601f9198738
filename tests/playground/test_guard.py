"""The playground is kept running for as long as its server does, and no longer."""

import os
import signal
import subprocess
import sys

from imgsvc.playground.guard import guard
from tests.waiting import eventually


def test_a_guard_without_an_arbiter_ends_at_once():
    guard(2**22 - 1, "127.0.0.1:1")


def test_a_playground_without_its_guard_ends():
    code = "import sys, time; from imgsvc.playground import guard; guard.end_with(int(sys.argv[1])); time.sleep(99)"
    with subprocess.Popen(["sleep", "99"]) as guardian:
        playground = subprocess.Popen([sys.executable, "-c", code, str(guardian.pid)])
        guardian.kill()

    assert playground.wait(90) == 0


def test_a_guard_ends_with_its_arbiter():
    with subprocess.Popen(["sleep", "99"]) as arbiter:
        # It has no settings of a playground, so that what it starts ends at once, each time.
        guardian = subprocess.Popen([sys.executable, "-m", "imgsvc.playground", str(arbiter.pid), "127.0.0.1:1"])
        arbiter.kill()

    assert guardian.wait(90) == 0
    assert eventually(lambda: not _is_there(guardian.pid))


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, signal.SIG_DFL)
    except ProcessLookupError:
        return False
    return True
