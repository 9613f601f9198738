"""The manifest: a line of JSON for each unit that came to an end, so that the next run knows what is left to do.

It is appended to, and the last line of a source counts. What a crash leaves half written is no line.
"""

import fcntl
import json
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from imgsvc.warming.units import Outcome, Status, Unit

_SYNC_SECONDS = 1.0
# What a run does again of what the runs before it did, beside what is new or changed.
AGAIN = ("lost", "failed", "all")
_OPTIONAL = ("mark", "source_bytes", "made", "cached", "validators", "error", "says")


class ManifestError(Exception):
    """The manifest cannot be used, with the reason."""


@dataclass(frozen=True, slots=True)
class _Line:
    """What is remembered of one. PERF: there may be a million, so validators are there only where they are asked by."""

    status: Status
    mark: int
    validators: Mapping[str, str] | None = None


class Manifest:
    """One file, which one run at a time may write to; lines of another `order` than this say nothing."""

    def __init__(self, path: Path, order: str, *, keeps_validators: bool = False) -> None:
        """Read what there is; ManifestError where another run writes to it, or it cannot be written, then as later."""
        self.path = path
        self._known: dict[int, _Line] = {}
        try:
            self._file = path.open("ab+")
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            raise ManifestError(f"another run writes to {path}") from None
        except OSError as error:
            raise ManifestError(f"{path}: {error.strerror}") from error
        self._synced = time.monotonic()
        # What the last listing held that is not due.
        self.passed_over: Counter[Status] = Counter()
        try:
            self._read(order, keeps_validators=keeps_validators)
        except ManifestError:
            self._file.close()
            raise

    def due(self, units: Iterable[Unit], again: str = "lost", *, asks: bool = False) -> Iterator[Unit]:
        """Of these units those that are left to do; with `asks` also those whose source may have changed since."""
        self.passed_over.clear()
        for unit in units:
            line = self._known.get(_digest(unit.source))
            if found := unit if line is None else _due(unit, line, again, asks=asks):
                yield found
            elif line:
                self.passed_over[line.status] += 1

    def write(self, outcome: Outcome) -> None:
        """Add a unit's end; it is on the disk within a second."""
        line: dict[str, Any] = {"source": outcome.source, "status": outcome.status, "seconds": outcome.seconds}
        line |= {name: value for name in _OPTIONAL if (value := getattr(outcome, name))}
        self._append(line)

    def close(self) -> None:
        """Have all of it on the disk."""
        if not self._file.closed:
            with self._file:
                os.fsync(self._file.fileno())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _append(self, line: Mapping[str, Any]) -> None:
        # What is no text, as a name of a file may be, is escaped.
        self._write(json.dumps(line).encode("ascii") + b"\n")

    def _write(self, data: bytes) -> None:
        """Nothing of it waits in memory, where it would fail once more when the file is closed."""
        left = memoryview(data)
        try:
            while left:
                left = left[os.write(self._file.fileno(), left) :]
            if time.monotonic() - self._synced > _SYNC_SECONDS:
                os.fsync(self._file.fileno())
                self._synced = time.monotonic()
        except OSError as error:
            advice = "make room, and run the same command again: what stands at the target is not made twice"
            raise ManifestError(f"{self.path} cannot be written to ({error.strerror}): {advice}") from error

    def _read(self, order: str, *, keeps_validators: bool) -> None:
        self._file.seek(0)
        text, is_ours = b"\n", False
        for text in self._file:
            line = _parsed(text)
            if "order" in line:
                is_ours = line["order"] == order
            elif is_ours and "source" in line:
                digest = _digest(line["source"])
                self._known[digest] = _remembered(line, self._known.get(digest), keeps_validators=keeps_validators)
        if not text.endswith(b"\n"):
            self._write(b"\n")
        if not is_ours:
            self._known.clear()
            self._append({"order": order})


def read(path: Path) -> Iterator[Mapping[str, Any]]:
    """The lines of a manifest that are of units, one after the other."""
    with path.open("rb") as file:
        yield from (line for text in file if "source" in (line := _parsed(text)))


def _due(unit: Unit, line: _Line, again: str, *, asks: bool) -> Unit | None:
    if line.mark != _digest(unit.mark) or again == "all":
        return Unit(unit.source, unit.mark, is_changed=True)
    if line.status is Status.FAILED:
        # What stands may be of an older version.
        return Unit(unit.source, unit.mark, is_changed=True) if again == "failed" else None
    if line.status is Status.LOST and not (asks and line.validators):
        return unit
    if not asks:
        return None
    # Without validators nobody can tell.
    return Unit(unit.source, unit.mark, is_changed=not line.validators, conditions=line.validators or {})


def _parsed(text: bytes) -> dict[str, Any]:
    """A line; nothing where it is torn, or of somebody else."""
    try:
        line = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(line, dict):
        return {}
    is_unit = isinstance(line.get("source"), str) and line.get("status") in tuple(Status)
    return line if is_unit or isinstance(line.get("order"), str) else {}


def _remembered(line: Mapping[str, Any], before: _Line | None, *, keeps_validators: bool) -> _Line:
    """What a line says, with what an earlier one said of what stands: nothing was fetched of what was kept or lost."""
    status, mark = Status(line["status"]), _digest(str(line.get("mark", "")))
    validators = line.get("validators") if keeps_validators else None
    told = {str(name): str(value) for name, value in validators.items()} if isinstance(validators, dict) else None
    if before and status in (Status.KEPT, Status.LOST):
        return _Line(status, before.mark if status is Status.LOST else mark, told or before.validators)
    return _Line(status, mark, told)


def _digest(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())
