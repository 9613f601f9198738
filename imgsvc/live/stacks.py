"""`imgsvc stacks`: the part of each worker's stack that says what it is doing."""

import re
from collections.abc import Iterator, Mapping

_FRAME = re.compile(r'^\s*File "(?P<file>.+)", line (?P<line>\d+) in (?P<name>.+)$')
_THREAD = re.compile(r"^(Current thread|Thread) ", re.MULTILINE)


def shown(stacks: Mapping[str, str], states: Mapping[str, str], *, is_whole: bool) -> Iterator[str]:
    """Lines for each worker: its state, then its main thread innermost first; all threads if `is_whole`."""
    for pid, text in stacks.items():
        yield f"worker {pid}: {states.get(pid, 'unknown')}"
        if not _THREAD.search(text) or is_whole:
            yield from (f"  {line}" for line in text.splitlines())
        else:
            yield from map(_frame, _innermost(_main_thread(text)))
        yield ""


def _main_thread(text: str) -> list[str]:
    """The last thread: faulthandler writes the newest first."""
    return _THREAD.split(text)[-1].splitlines()[1:]


def _innermost(lines: list[str]) -> list[str]:
    """Without what is the same in every worker: gunicorn's and the interpreter's own start."""
    kept = []
    for line in lines:
        if "/gunicorn/workers/base.py" in line or "/gunicorn/arbiter.py" in line:
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
