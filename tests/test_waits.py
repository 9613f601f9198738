"""Nothing waits without a bound: checked on the code of every room that a worker's main thread is in."""

import ast
from collections.abc import Iterator

from tests.test_conventions import PACKAGE, modules

# Where something is waited for in other ways than on a budget: by whom, and what bounds it.
WAITS = {
    "runtime/clients/connection.py: Lock": "never waited for: whoever is second gives up",
    "runtime/clients/accepting.py: time.sleep": "50 ms, where the system gives no descriptor",
    "runtime/board/scoreboard.py: time.sleep": "a millisecond, 200 times at most, while a slot is being written",
    "runtime/workers/serving.py: time.sleep": "a second in which the watchdog ends the process",
    "runtime/board/slot.py: Lock": "held for an addition",
    "runtime/fetching/admission.py: Lock": "held while a finding is read and written",
    "runtime/fetching/fetch_threads.py: Lock": "held for a decision",
    "runtime/fetching/lookups.py: Condition": "held for a decision; waited for by threads that have nothing else to do",
    "runtime/clients/spool.py: Lock": "held for a sum",
    "runtime/workers/watchdog.py: Event": "its own thread, which has nothing else to do",
    "runtime/workers/watchdog.py: wait": "its own thread, which has nothing else to do",
    "runtime/workers/watchdog.py: time.sleep": "its own thread",
    "runtime/workers/watchdog.py: Lock": "held for setting a timer",
    "runtime/workers/worker.py: time.sleep": "10 ms, while the worker ends",
    "sources/stores/aws/s3.py: Lock": "held for a look into a table",
    "sources/network/lookups.py: result": "it is there: the line before waits on a budget",
    "sources/byte_budget.py: Lock": "held for a sum",
    "sources/network/lookups.py: Lock": "held for a look at the lookups that run, and for the start of one",
    "sources/network/pool.py: Lock": "held by the first who speaks TLS, while the certificates are read",
    "sources/stores/renewing.py: Lock": "waited for on a budget",
    "runtime/child.py: waitpid": "after SIGKILL",
}


MADE_TO_WAIT = {
    "Lock",
    "RLock",
    "Condition",
    "Event",
    "Semaphore",
    "BoundedSemaphore",
    "Barrier",
    "Queue",
    "SimpleQueue",
}


def waits(tree: ast.Module) -> Iterator[str]:
    """What may wait without a bound, by name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "time.sleep":
            yield "time.sleep"
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).rpartition(".")[2]
            arguments = [ast.unparse(each) for each in (*node.args, *(word.value for word in node.keywords))]
            is_bare = name in {"wait", "acquire", "join", "result", "select"} and not arguments
            is_lock = name in {"flock", "lockf"} and not any(
                "LOCK_NB" in each or "LOCK_UN" in each for each in arguments
            )
            if is_bare or is_lock or name in MADE_TO_WAIT or (name == "waitpid" and arguments[-1] == "0"):
                yield name


def test_nothing_is_waited_for_without_a_bound() -> None:
    rooms = {"runtime", "sources", "codecs", "web"}
    found = {
        f"{module}: {name}"
        for module in modules
        if module.parts[0] in rooms
        for name in waits(ast.parse((PACKAGE / module).read_text("utf-8")))
    }

    assert found == set(WAITS)
