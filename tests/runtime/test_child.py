import ctypes
import os
import signal
import socket
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from resource import RLIMIT_NPROC

import pytest

from imgsvc.runtime.child import IDLE_SECONDS, Child, ChildError, ChildLateError
from tests.descriptors import open_descriptors
from tests.exhausted import no_more, told_by

Work = Callable[[bytes], bytes]
TIMEOUT_SECONDS = 5


@contextmanager
def child(work: Work) -> Iterator[Child]:
    made = Child(work)
    try:
        yield made
    finally:
        made.close()


def process(_: bytes) -> bytes:
    return str(os.getpid()).encode()


def echo(data: bytes) -> bytes:
    return data


def test_the_answer_of_the_work_comes_back() -> None:
    with child(echo) as ask:
        assert ask(b"x" * 3_000_000, TIMEOUT_SECONDS) == b"x" * 3_000_000


def test_an_answer_may_be_empty() -> None:
    with child(echo) as ask:
        assert ask(b"", TIMEOUT_SECONDS) == b""


def test_the_work_is_done_elsewhere() -> None:
    with child(process) as ask:
        assert ask(b"", TIMEOUT_SECONDS) != process(b"")


def test_the_process_stays_for_the_next_work() -> None:
    with child(process) as ask:
        assert ask(b"", TIMEOUT_SECONDS) == ask(b"", TIMEOUT_SECONDS)


def test_a_process_without_work_is_ended_after_a_while() -> None:
    with child(process) as ask:
        number = int(ask(b"", TIMEOUT_SECONDS))

        ask.let_go(time.monotonic() + IDLE_SECONDS + 1)

        assert not Path(f"/proc/{number}").exists()


def test_a_process_with_work_is_not_ended() -> None:
    with child(process) as ask:
        first = ask(b"", TIMEOUT_SECONDS)

        ask.let_go(time.monotonic() + IDLE_SECONDS - 1)

        assert ask(b"", TIMEOUT_SECONDS) == first


def test_where_there_is_no_process_none_is_ended() -> None:
    with child(process) as ask:
        ask.let_go(time.monotonic() + IDLE_SECONDS + 1)

        assert ask(b"", TIMEOUT_SECONDS)


def fail(_: bytes) -> bytes:
    raise ValueError("no root")


def test_an_error_comes_back_with_its_sentence() -> None:
    with child(fail) as ask, pytest.raises(ChildError, match="no root"):
        ask(b"", TIMEOUT_SECONDS)


def test_after_an_error_the_process_stays() -> None:
    def halt(data: bytes) -> bytes:
        return fail(data) if data else process(data)

    with child(halt) as ask:
        first = ask(b"", TIMEOUT_SECONDS)
        with pytest.raises(ChildError):
            ask(b"x", TIMEOUT_SECONDS)

        assert ask(b"", TIMEOUT_SECONDS) == first


def sleep(data: bytes) -> bytes:
    time.sleep(float(data))
    return process(data)


def writes_to_who_has_left(_: bytes) -> bytes:
    ours, its = socket.socketpair()
    its.close()
    ours.send(b"x")
    return b""


def test_work_that_writes_to_who_has_left_gets_an_error_and_ends_nothing() -> None:
    """A connection that an origin has closed is one of these: the client tries another one then."""
    with child(writes_to_who_has_left) as ask, pytest.raises(ChildError, match="Broken pipe"):
        ask(b"", TIMEOUT_SECONDS)


def test_work_that_takes_too_long_is_ended() -> None:
    with child(sleep) as ask, pytest.raises(ChildLateError, match="it takes too long, and was ended after"):
        ask(b"60", 0.1)


def test_the_time_limit_is_for_one_work_and_not_for_the_process() -> None:
    with child(sleep) as ask:
        first = ask(b"0", 2)
        time.sleep(2.1)

        assert ask(b"0.1", TIMEOUT_SECONDS) == first


def crash(data: bytes) -> bytes:
    return ctypes.string_at(0) if data == b"crash" else process(data)


def test_work_that_ends_its_process_ends_nothing_else() -> None:
    with child(crash) as ask, pytest.raises(ChildError, match="signal 11"):
        ask(b"crash", TIMEOUT_SECONDS)


def test_after_a_crash_the_next_work_is_done_by_a_new_process() -> None:
    with child(crash) as ask:
        first = ask(b"", TIMEOUT_SECONDS)
        with pytest.raises(ChildError):
            ask(b"crash", TIMEOUT_SECONDS)

        assert ask(b"", TIMEOUT_SECONDS) != first


def test_a_process_that_was_ended_meanwhile_is_replaced() -> None:
    with child(process) as ask:
        first = int(ask(b"", TIMEOUT_SECONDS))
        os.kill(first, signal.SIGKILL)
        os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)

        assert int(ask(b"", TIMEOUT_SECONDS)) != first


def test_a_process_that_has_grown_is_replaced() -> None:
    kept = []

    def grow(data: bytes) -> bytes:
        kept.append(b"x" * int(data))
        return process(data)

    with child(grow) as ask:
        small, large = ask(b"1", TIMEOUT_SECONDS), ask(b"100000000", TIMEOUT_SECONDS)

        assert (small == large, ask(b"1", TIMEOUT_SECONDS) == large) == (True, False)


class TimeIsUpError(Exception):
    pass


def test_an_answer_that_nobody_waited_for_is_not_the_next_one() -> None:
    def interrupt(*_: object) -> None:
        raise TimeIsUpError

    before = signal.signal(signal.SIGUSR1, interrupt)
    try:
        with child(lambda data: sleep(data) and data) as ask:
            threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGUSR1)).start()
            with pytest.raises(TimeIsUpError):
                ask(b"1.5", TIMEOUT_SECONDS)

            assert ask(b"0", TIMEOUT_SECONDS) == b"0"
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_the_child_holds_no_connection_open() -> None:
    reading, writing = os.pipe()
    with (
        os.fdopen(reading),
        os.fdopen(writing),
        child(lambda _: str(os.write(writing, b"x")).encode()) as ask,
        pytest.raises(ChildError, match="descriptor"),
    ):
        ask(b"", TIMEOUT_SECONDS)


def test_other_threads_do_not_disturb_the_child() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=lambda: [bytes(1000) for _ in iter(stop.is_set, True)])
    thread.start()
    try:
        with warnings.catch_warnings(), child(echo) as ask:
            warnings.simplefilter("ignore")  # Python 3.12 and later warn of a fork beside threads
            assert [ask(b"x", TIMEOUT_SECONDS) for _ in range(10)] == [b"x"] * 10
    finally:
        stop.set()
        thread.join()


def test_a_fork_of_the_parent_has_a_child_of_its_own() -> None:
    with child(process) as ask, child(lambda _: ask(b"", TIMEOUT_SECONDS)) as ask_elsewhere:
        first = ask(b"", TIMEOUT_SECONDS)

        assert ask_elsewhere(b"", TIMEOUT_SECONDS) != first
        assert ask(b"", TIMEOUT_SECONDS) == first


def test_the_process_ends_with_its_parent() -> None:
    with child(lambda data: Child(process)(data, TIMEOUT_SECONDS)) as ask:
        grandchild = int(ask(b"", TIMEOUT_SECONDS))

    assert has_ended(grandchild)


def has_ended(number: int) -> bool:
    for _ in range(500):
        try:
            state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":  # whoever adopted it has not looked yet
            return True
        time.sleep(0.01)
    return False


def children() -> str:
    # Those that are dead but not waited for are among them.
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text()


def test_no_process_and_no_descriptor_is_left_behind() -> None:
    before = children()
    made = Child(lambda _: b"\n".join(each.encode() for each in open_descriptors("socket:")))
    (line,) = made(b"", TIMEOUT_SECONDS).decode().splitlines()

    made.close()

    assert (children(), open_descriptors(line)) == (before, [])


def test_a_process_that_cannot_be_forked_costs_no_descriptor_and_no_later_one() -> None:
    def work():
        ask, before = Child(echo), open_descriptors("socket")
        with no_more(RLIMIT_NPROC), suppress(BlockingIOError):
            ask(b"", TIMEOUT_SECONDS)
        return open_descriptors("socket") == before, ask(b"later", TIMEOUT_SECONDS)

    assert told_by(work) == str((True, b"later"))


def test_a_process_that_is_stopped_is_not_waited_for_for_ever() -> None:
    with child(process) as ask:
        os.kill(int(ask(b"", TIMEOUT_SECONDS)), signal.SIGSTOP)

        with pytest.raises(ChildError):
            ask(b"", 0.1)
