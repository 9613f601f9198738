import os
import subprocess
import sys

import pytest

from imgsvc.observer.pages.stacks import stacks
from tests.observer.observed import eventually

WORKER = """
import sys, zlib
from imgsvc.observer.pages.stacks import register
def busy_in_native_code():
    while True:
        zlib.crc32(bytes(10_000_000))
register(int(sys.argv[1]))
print("ready", flush=True)
busy_in_native_code()
"""


@pytest.fixture
def descriptor():
    found = os.memfd_create("stacks")
    yield found
    os.close(found)


def test_a_busy_worker_shows_where_it_is(descriptor):
    command = [sys.executable, "-c", WORKER, str(descriptor)]
    with subprocess.Popen(command, pass_fds=[descriptor], stdout=subprocess.PIPE, text=True) as worker:
        worker.stdout.readline()
        is_seen = eventually(lambda: "busy_in_native_code" in stacks([worker.pid], descriptor)[worker.pid])
        worker.kill()

    assert is_seen


def test_a_worker_that_is_being_started_is_not_ended_by_the_question(descriptor):
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as worker:
        eventually(lambda: worker.poll() is None)
        text = stacks([worker.pid], descriptor)[worker.pid]
        still_runs = worker.poll() is None
        worker.kill()

    assert (text, still_runs) == ("has no handler yet: it is being started", True)


def test_a_worker_that_is_gone_is_said_to_be(descriptor):
    assert "gone" in stacks([2**22 - 1], descriptor)[2**22 - 1]
