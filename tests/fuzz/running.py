"""Workers in parallel until the time is over; one that dies or hangs is a finding, and another takes its place."""

import json
import re
import select
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from tests.fuzz.judge import Finding, reported
from tests.fuzz.mutants import mutant

CHECKOUT = Path(__file__).parents[2]
# Beyond the rule of two seconds by far: it is stuck.
HANGING_SECONDS = 60.0
# Of each kind so many files are kept.
KEPT = 3


class LostError(Exception):
    """A worker ended or had to be ended; `finding` says how."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.signature)
        self.finding = finding


class Worker:
    """The process behind tests/fuzz/worker.py; what is written to its stderr goes to the file `log`."""

    def __init__(self, seed: int, only: str, environ: Mapping[str, str], log: Path) -> None:
        command = [sys.executable, "-m", "tests.fuzz.worker", str(seed), only, str(log)]
        self._log, self._environ = log, environ
        with log.open("wb") as said:
            self._process = subprocess.Popen(
                command,
                cwd=CHECKOUT,
                env=dict(environ),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
                bufsize=1,
            )

    def judged(self, number: int) -> tuple[bool, list[Finding]]:
        """Whether a picture was made of that mutant, and what is wrong with how it was treated; LostError."""
        assert self._process.stdin
        assert self._process.stdout
        with suppress(BrokenPipeError):
            self._process.stdin.write(f"{number}\n")
        ready, _, _ = select.select([self._process.stdout], [], [], HANGING_SECONDS)
        line = self._process.stdout.readline() if ready else ""
        if line:
            makes, found = json.loads(line)
            return makes, [Finding(**each) for each in found]
        if not ready:
            self.close()
            raise LostError(Finding("hang", f"over {HANGING_SECONDS:.0f} s"))
        raise LostError(self._end())

    def _end(self) -> Finding:
        """How it ended; a sanitizer says what it found before it does."""
        code = self._process.wait()
        said = self._log.read_text("utf-8", "replace") + reported(self._environ, self._process.pid)
        if kind := re.search(r"ERROR: AddressSanitizer:? ([\w-]+)", said):
            place = re.search(r" in (\w+ (?!\S*libsanitizer)\S*src/\S+:\d+)", said)
            return Finding("sanitizer", f"{kind[1]} in {place[1] if place else 'a library'}", said)
        return Finding("lost", f"a worker ended with {code}", said)

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                with suppress(BrokenPipeError):
                    stream.close()


class Run:
    """So many seconds of mutants: counts them, and keeps what was found in a folder that git ignores."""

    def __init__(self, seed: int, folder: Path, environ: Mapping[str, str], only: str = "") -> None:
        self._seed, self._folder, self._environ, self._only = seed, folder, environ, only
        self._lock, self._next = threading.Lock(), 0
        self.counts: Counter[tuple[str, str]] = Counter()
        self.kept: dict[tuple[str, str], list[Path]] = {}
        self.done = self.made = 0

    def run(self, seconds: float, processes: int, say: Callable[[str], None], most: int | None = None) -> None:
        """Until the time is over, or `most` mutants are judged; a line every few seconds."""
        self._folder.mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        numbers = self._numbers(began + seconds, most)
        threads = [threading.Thread(target=self._work, args=(numbers, each), daemon=True) for each in range(processes)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            threads[0].join(5)
            passed = time.monotonic() - began
            rate = f"{self.done / passed:.0f} a second"
            say(f"{passed:4.0f} s  {self.done} mutants, {rate}; {self.made} pictures, {len(self.counts)} findings")
            for thread in threads[1:]:
                thread.join(0 if threads[0].is_alive() else 1)

    def _numbers(self, end: float, most: int | None) -> Iterator[int]:
        while time.monotonic() < end and (most is None or self._next < most):
            self._next += 1
            yield self._next - 1

    def _work(self, numbers: Iterator[int], name: int) -> None:
        log = self._folder / f"worker-{name}.log"
        worker = Worker(self._seed, self._only, self._environ, log)
        while (number := self._taken(numbers)) is not None:
            try:
                makes, found = worker.judged(number)
            except LostError as lost:
                makes, found = False, [lost.finding]
                worker.close()
                worker = Worker(self._seed, self._only, self._environ, log)
            with self._lock:
                self.done += 1
                self.made += makes
                for each in found:
                    self._keep(number, each)
        worker.close()

    def _taken(self, numbers: Iterator[int]) -> int | None:
        with self._lock:
            return next(numbers, None)

    def _keep(self, number: int, found: Finding) -> None:
        key = (found.kind, found.signature)
        self.counts[key] += 1
        paths = self.kept.setdefault(key, [])
        if len(paths) < KEPT:
            made = mutant(self._seed, number, self._only)
            path = self._folder / f"{found.kind}-{self._seed}-{number}-{made.origin}"
            path.write_bytes(made.body)
            asked = f"{made.options} {made.result}"
            path.with_suffix(".txt").write_text(f"{asked}\n{found.signature}\n{found.details}\n", "utf-8")
            paths.append(path)
