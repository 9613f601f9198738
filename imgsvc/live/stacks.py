"""`imgsvc stacks`: the parts of each worker's stacks that say what it is doing, and what it fetches."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_FRAME = re.compile(r'^\s*File "(?P<file>.+)", line (?P<line>\d+) in (?P<name>.+)$')
_THREAD = re.compile(r"^(?:Current thread|Thread) (0x[0-9a-f]+).*\n", re.MULTILINE)
# faulthandler writes the hundred newest threads.
_LEFT_OUT = "..."
# What is the same in every worker: gunicorn's and the interpreter's own start, and the fetch threads' loop.
_START = ("/gunicorn/workers/base.py", "/gunicorn/arbiter.py", "/imgsvc/runtime/fetching/fetch_threads.py")
# Origins of one stack that are named.
_MOST_NAMED = 3

Worker = Mapping[str, Any]
Stack = Sequence[str]


def shown(stacks: Mapping[str, str], workers: Mapping[str, Worker], *, is_whole: bool) -> Iterator[str]:
    """Lines for each worker: its state, its main thread innermost first, its fetches; all threads if `is_whole`."""
    for pid, text in stacks.items():
        worker = workers.get(pid, {})
        yield f"worker {pid}: {_state(worker)}"
        if is_whole or not _THREAD.search(text):
            yield from (f"  {line}" for line in text.splitlines())
        else:
            threads = _threads(text)
            yield from _main(threads)
            yield from _fetches(threads, worker.get("fetches", ()))
        yield ""


def _state(worker: Worker) -> str:
    if not worker:
        return "unknown"
    return f"{worker['state']} for {worker['seconds']:.1f} s {worker['origin']} {worker['request_id']}".rstrip()


def _threads(text: str) -> dict[str, Stack]:
    """By what faulthandler calls them, the newest first."""
    _, *parts = _THREAD.split(text)
    return {name: stack.strip("\n").splitlines() for name, stack in zip(parts[::2], parts[1::2], strict=True)}


def _main(threads: Mapping[str, Stack]) -> Iterator[str]:
    """The last thread, which is the oldest."""
    last = list(threads.values())[-1]
    if last and last[-1] == _LEFT_OUT:
        yield "  the main thread is not among the hundred newest, and was not written"
    else:
        yield from map(_frame, _innermost(last))


def _fetches(threads: Mapping[str, Stack], fetches: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The fetches whose threads are in the same place are one part, that with the oldest of all first."""
    groups: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for fetch in fetches:
        # Of a thread that has gone on to nothing meanwhile nothing is left.
        if lines := _innermost(threads.get(fetch["thread"], ())):
            groups.setdefault(tuple(lines), []).append(fetch)
    for stack, of_stack in groups.items():
        yield f"  {_named(of_stack)}"
        yield from (f"  {_frame(line)}" for line in stack)


def _named(fetches: Sequence[Mapping[str, Any]]) -> str:
    """How many, the oldest of them, and whose."""
    oldest = fetches[0]
    if len(fetches) == 1:
        return f"a fetch for {oldest['seconds']:.1f} s {oldest['origin']} {oldest['request_id']}".rstrip()
    origins = Counter(fetch["origin"] for fetch in fetches).most_common()
    named = ", ".join(f"{count} of {origin}" for origin, count in origins[:_MOST_NAMED])
    more = f", and of {len(origins) - _MOST_NAMED} more origins" if len(origins) > _MOST_NAMED else ""
    return f"{len(fetches)} fetches, the oldest for {oldest['seconds']:.1f} s ({oldest['request_id']}): {named}{more}"


def _innermost(lines: Stack) -> list[str]:
    kept = []
    for line in lines:
        if any(each in line for each in _START):
            break
        kept.append(line)
    return kept


def _frame(line: str) -> str:
    found = _FRAME.match(line)
    if not found:
        return f"  {line.strip()}"
    file = re.sub(r"^.*/(site-packages|lib/python[\d.]+)/", "", found["file"])
    file = re.sub(r"^.*/(?=imgsvc/)", "", file)
    return f"  {found['name']:28} {file}:{found['line']}"
