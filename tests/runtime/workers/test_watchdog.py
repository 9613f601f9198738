import ctypes
import logging
import os
import signal
import socket
import time

import pytest

from imgsvc.runtime.board.layout import Counter, Live, State
from imgsvc.runtime.board.scoreboard import Scoreboard
from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.clients.refusals import Refusals
from imgsvc.runtime.workers.last_words import LastWords
from imgsvc.runtime.workers.watchdog import EXIT_OVERRUN, Watchdog
from imgsvc.source_url import SourceUrl

# Lets the interpreter go, and holds it.
POLITE, RUDE = ctypes.CDLL(None).usleep, ctypes.PyDLL(None).usleep


class Worker:
    """A process with a watchdog, in which a request calls for so many seconds, in this stage."""

    def __init__(self, path, call, seconds, stage=State.DECODE):
        self.board = Scoreboard.create(1)
        self.slot = self.board.reserve()
        self.words = LastWords.prepare()
        ours, self.client = socket.socketpair()
        self.client.settimeout(10)
        self.log = path.with_suffix(".log")
        self.pid = os.fork()
        if self.pid == 0:
            self.client.close()
            self._run(Connection.adopt(ours), call, seconds, stage)
        ours.close()

    def _run(self, connection, call, seconds, stage):
        logging.basicConfig(filename=self.log, force=True)
        self.words.listen()
        self.slot.occupy(os.getpid())
        self.slot.begin("id", time.monotonic(), time.monotonic())
        self.slot.ask(SourceUrl.parse("http://a.example/cat.png"))
        self.slot.enter(stage)
        watchdog = Watchdog(self.slot, self.words, Refusals(self.slot), lambda _: time.sleep(0.5))
        watchdog.start()
        connection.title = "id-7 /slow"
        watchdog.watch(connection, time.monotonic() + 0.3)
        call(int(seconds * 1_000_000))
        watchdog.release()
        os._exit(0)

    def end(self):
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


@pytest.fixture
def worker(tmp_path, request):
    made = Worker(tmp_path / "a.board", *request.param)
    with made.client:
        yield made
    made.words.close()
    made.board.close()


@pytest.mark.parametrize("worker", [(POLITE, 20)], indirect=True)
def test_a_call_that_overruns_is_ended_and_its_client_told(worker):
    told = worker.client.recv(1000)

    assert told.startswith(b"HTTP/1.1 503 ")
    assert worker.end() == EXIT_OVERRUN


@pytest.mark.parametrize("worker", [(POLITE, 20)], indirect=True)
def test_the_log_says_where_it_hung_and_the_slot_that_it_was_killed(worker):
    worker.end()

    log = worker.log.read_text()
    assert "id-7 /slow" in log
    assert "in _run" in log
    assert worker.board.row(0).state is State.KILLED
    assert worker.board.totals().counters[Counter.KILLED] == 1


@pytest.mark.parametrize("worker", [(RUDE, 20)], indirect=True)
def test_a_call_that_holds_the_interpreter_is_ended_by_the_second_line(worker):
    began = time.monotonic()

    assert worker.end() == -signal.SIGALRM
    assert time.monotonic() - began < 10
    assert "_run" in worker.words.read()


@pytest.mark.parametrize("worker", [(POLITE, 0.05)], indirect=True)
def test_a_call_that_is_done_in_time_ends_nothing(worker):
    assert worker.end() == 0
    assert worker.client.recv(1000) == b""


WAITS = (State.REQUEST, State.FETCH, State.SEND)


@pytest.mark.parametrize("worker", [(POLITE, 0.9, stage) for stage in WAITS], ids=WAITS, indirect=True)
def test_a_worker_that_waits_is_not_ended_while_it_may_end_by_itself(worker):
    assert worker.end() == 0


@pytest.mark.parametrize("worker", [(POLITE, 20, stage) for stage in WAITS], ids=WAITS, indirect=True)
def test_who_is_ended_for_a_wait_blames_no_source(worker):
    assert (worker.end(), worker.slot.live(Live.SOURCE)) == (EXIT_OVERRUN, 0)
