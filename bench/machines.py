"""Machines that share the work of one catalogue: network namespaces on a bridge, with a worker each. It needs root.

None of them has a link to the machine that this runs on. The first one has the origin, the scheduler and the driver,
as whoever warms a catalogue has them on one machine of his; all have one folder as their store.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

from bench.processes import Command, Program
from imgsvc.settings.environment import own_environment
from imgsvc.warming.manifest import read

# Of documentation: nobody has them.
_ADDRESS = "198.51.100.{}"
_ORIGIN_PORT, _SCHEDULER_PORT = 80, 8786
_PATIENCE_SECONDS = 120.0
_FORCED = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
# As docs/warming.md has them.
_CERTIFICATES = (
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=warm-ca"
    " -keyout ca.key -out ca.pem",
    "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=warm-node -keyout node.key -out node.csr",
    "openssl x509 -req -in node.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out node.pem",
)


class MachinesError(Exception):
    """They cannot be had here."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What a catalogue came to: seconds in all and since its first line; who fetched each source, by its address."""

    seconds: float
    after_start: float
    statuses: Mapping[str, int]
    fetched: Sequence[tuple[str, str]]
    renditions: int

    @property
    def by_machine(self) -> dict[str, int]:
        """How many sources each machine has fetched."""
        addresses = [address for address, _ in self.fetched]
        return {each: addresses.count(each) for each in sorted(set(addresses))}


@dataclass(slots=True)
class Machines:
    """So many of them, and the first, in a folder of their own; a context manager."""

    folder: Path
    count: int
    origin_seconds: float
    _held: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        try:
            self._held.enter_context(_namespaces(self.count))
            self._certify()
            address = _ADDRESS.format(1)
            origin = [sys.executable, "-m", "bench.machines", address, str(self.origin_seconds), str(self.folder)]
            self._start(0, "origin", *origin)
            here = ("--host", address, "--port", str(_SCHEDULER_PORT))
            self._start(0, "scheduler", *_dask("scheduler"), "--protocol", "tls", *here, "--no-dashboard")
            for number in range(1, self.count + 1):
                one = ("--nworkers", "1", "--nthreads", "1", "--no-dashboard", "--host", _ADDRESS.format(number + 1))
                where = ("--local-directory", str(self.folder / f"dask-{number}"))
                self._start(number, f"worker-{number}", *_dask("worker"), self._scheduler, *one, *where)
                self._await(self.folder / f"worker-{number}.log", "Registered to")
        except BaseException:
            self._held.close()
            raise
        return self

    def __exit__(self, *_error: object) -> None:
        self._held.close()

    def warm(self, count: int) -> Shared:
        """Have so many sources made, two renditions of each."""
        names = self.folder / "names.txt"
        names.write_text("".join(f"http://{_ADDRESS.format(1)}/{number}.jpg\n" for number in range(count)))
        manifest = self.folder / "warm.jsonl"
        wishes = ["--options", "rs:fit:60:40@webp", "--options", "rs:fill:20:20@png"]
        command = [sys.executable, "-m", "imgsvc", "warm", "--from", str(names), *wishes, "--manifest", str(manifest)]
        began, first = time.monotonic(), 0.0
        with self._program(0, "driver", *command, "--scheduler", self._scheduler) as driver:
            while not driver.is_over:
                first = first or (time.monotonic() if manifest.exists() and any(read(manifest)) else 0.0)
                time.sleep(0.02)
        ended, lines = time.monotonic(), [line["status"] for line in read(manifest)]
        asked = [tuple(line.split(" ", 1)) for line in (self.folder / "asked").read_text().splitlines()]
        stands = [path for path in (self.folder / "store").rglob("*") if path.is_file() and not path.suffix]
        statuses = {each: lines.count(each) for each in sorted(set(lines))}
        return Shared(ended - began, ended - first, statuses, [(each[0], each[1]) for each in asked], len(stands))

    @property
    def _scheduler(self) -> str:
        return f"tls://{_ADDRESS.format(1)}:{_SCHEDULER_PORT}"

    def _settings(self) -> dict[str, str]:
        node = {"CERT": "node.pem", "KEY": "node.key"}
        parts = ("SCHEDULER", "WORKER", "CLIENT")
        tls = {f"{part}__{name}": str(self.folder / file) for part in parts for name, file in node.items()}
        tls["CA_FILE"] = str(self.folder / "ca.pem")
        dask = {f"DASK_DISTRIBUTED__COMM__TLS__{name}": value for name, value in tls.items()}
        return own_environment() | _FORCED | dask | {"IMGSVC_RESULT_STORE": (self.folder / "store").as_uri()}

    def _start(self, number: int, name: str, *command: str) -> None:
        self._held.enter_context(self._program(number, name, *command))

    def _program(self, number: int, name: str, *command: str) -> Program:
        inside = Command(["ip", "netns", "exec", _name(number), *command], Path.cwd(), self._settings())
        return Program(inside, self.folder / f"{name}.log")

    def _certify(self) -> None:
        for line in _CERTIFICATES:
            subprocess.run(line.split(), cwd=self.folder, check=True, capture_output=True)

    def _await(self, log: Path, text: str) -> None:
        end = time.monotonic() + _PATIENCE_SECONDS
        while text not in log.read_text("utf-8", "replace"):
            if time.monotonic() > end:
                raise MachinesError(f"{log.name}: {log.read_text('utf-8', 'replace')[-2000:]}")
            time.sleep(0.05)


def what_is_missing() -> str:
    """Why there can be none here; empty where there can."""
    if os.geteuid() != 0:
        return "network namespaces are made by root"
    return next((f"there is no {each} command" for each in ("ip", "openssl") if not _has(each)), "")


def _has(program: str) -> bool:
    return any((Path(each) / program).exists() for each in os.environ.get("PATH", "").split(os.pathsep))


def _dask(part: str) -> list[str]:
    return [sys.executable, "-m", f"distributed.cli.dask_{part}"]


def _name(number: int) -> str:
    return f"imgsvc-warm-{os.getpid()}-{number}"


@contextmanager
def _namespaces(count: int) -> Iterator[None]:
    """The first with a bridge, and so many more, each with an address on it."""
    if missing := what_is_missing():
        raise MachinesError(missing)
    with ExitStack() as made:
        first = _name(0)
        for number in range(count + 1):
            _ip("netns", "add", _name(number))
            made.callback(_remove, _name(number))
            _ip("-n", _name(number), "link", "set", "lo", "up")
        _ip("-n", first, "link", "add", "bridge", "type", "bridge")
        _ip("-n", first, "address", "add", f"{_ADDRESS.format(1)}/24", "dev", "bridge")
        _ip("-n", first, "link", "set", "bridge", "up")
        for number in range(1, count + 1):
            own = _name(number)
            # Made in the one and moved to the other by one command: it is never anywhere else.
            _ip("-n", first, "link", "add", f"to{number}", "type", "veth", "peer", "name", "eth0", "netns", own)
            _ip("-n", first, "link", "set", f"to{number}", "master", "bridge", "up")
            _ip("-n", own, "address", "add", f"{_ADDRESS.format(number + 1)}/24", "dev", "eth0")
            _ip("-n", own, "link", "set", "eth0", "up")
        yield


def _ip(*arguments: str) -> str:
    command = ["ip", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise MachinesError(f"ip {' '.join(arguments)}: {done.stderr.strip()}")
    return done.stdout


def _remove(name: str) -> None:
    with suppress(MachinesError, ProcessLookupError):
        for pid in _ip("netns", "pids", name).split():
            os.kill(int(pid), signal.SIGKILL)
    with suppress(MachinesError):
        _ip("netns", "delete", name)


class _Origin(ThreadingHTTPServer):
    """A picture under each path, so many seconds after it was asked for; who asked for what is written down."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, address: str, seconds: float, folder: Path) -> None:
        super().__init__((address, _ORIGIN_PORT), _Handler)
        self.seconds, self.picture = seconds, (folder / "picture.jpg").read_bytes()
        self.asked = (folder / "asked").open("a", buffering=1)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # The head and the body are two writes, and the second one must not wait for the first one's acknowledgment.
    disable_nagle_algorithm = True
    server: _Origin

    def do_GET(self) -> None:
        self.server.asked.write(f"{self.client_address[0]} {self.path}\n")
        time.sleep(self.server.seconds)
        self.send_response(200)
        self.send_header("Content-Type", "image/jpeg")
        self.send_header("Content-Length", str(len(self.server.picture)))
        self.end_headers()
        self.wfile.write(self.server.picture)

    def log_message(self, *_line: object) -> None:
        """Nobody reads it."""


def shared(folder: Path, machines: int, count: int, origin_seconds: float, picture: bytes) -> Shared:
    """What so many machines make of a catalogue."""
    folder.mkdir()
    (folder / "picture.jpg").write_bytes(picture)
    with Machines(folder, machines, origin_seconds) as running:
        return running.warm(count)


def compared(machines: int, count: int, origin_seconds: float, picture: bytes) -> str:
    """One machine and then so many: the ratio."""
    with tempfile.TemporaryDirectory() as work:
        one = shared(Path(work) / "one", 1, count, origin_seconds, picture)
        more = shared(Path(work) / "more", machines, count, origin_seconds, picture)
    in_all, after_start = one.seconds / more.seconds, one.after_start / more.after_start
    told = ", ".join(f"{fetched} by {address}" for address, fetched in more.by_machine.items())
    return (
        f"{count} sources, origin {origin_seconds:g} s: one machine {one.seconds:.1f} s, {machines} machines"
        f" {more.seconds:.1f} s: {in_all:.2f} times as fast in all, {after_start:.2f} after the start; fetched {told}"
    )


if __name__ == "__main__":
    _Origin(sys.argv[1], float(sys.argv[2]), Path(sys.argv[3])).serve_forever()
