"""The servers: what each is started with, and how it is asked. Their defaults, save what keeps the work alike."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import requests

from bench.origins.nginx import balancer
from bench.origins.paced import AT_ONCE, Pace
from bench.processes import Command, Program, pss_bytes
from bench.servers.answers import AnswerError, ask
from bench.tasks import BY_NAME, OTHER, Task, parts_of
from imgsvc.bench.serving import free_port

ROOT = Path(__file__).parents[2]
_PATIENCE_SECONDS = 60
_SETTLED_SECONDS = 1.0
_SMALLEST = BY_NAME["J5"]
# Nobody looks whose they are; both sign with them.
KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIDBENCH",
    "AWS_SECRET_ACCESS_KEY": "no-secret-of-anybodys",
    "IMGPROXY_S3_REGION": "eu-central-1",
}
_ARENAS = {"MALLOC_ARENA_MAX": "2"}
_JEMALLOC = Path("/usr/lib/x86_64-linux-gnu/libjemalloc.so.2")


class ServerError(Exception):
    """A server does not come up."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that can be started: its programs by their port, and the path that asks it for a task's picture.

    That is empty where it has no word for it.
    """

    name: str
    commands: Callable[[int], Sequence[Command]]
    path: Callable[[Task, str], str]


@dataclass(slots=True)
class Running:
    """A server that answers; a context manager."""

    server: Server
    origins: Mapping[Pace, str]
    log: Path
    base: str = ""
    start_seconds: float = 0.0
    idle_bytes: int = 0
    _programs: list[Program] = field(default_factory=list)
    _stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> "Running":
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        with ExitStack() as stack:
            commands = [
                replace(each, environment={**self._sources(), **each.environment})
                for each in self.server.commands(port)
            ]
            began = time.monotonic()
            self._programs = [stack.enter_context(Program(command, self.log)) for command in commands]
            self._await_picture(began)
            self.start_seconds = time.monotonic() - began
            time.sleep(_SETTLED_SECONDS)
            self.idle_bytes = self.memory()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    @property
    def roots(self) -> list[int]:
        """The processes that were started; what they start is below them."""
        return [program.pid for program in self._programs]

    def memory(self) -> int:
        """PSS now, of all its processes."""
        return pss_bytes(self.roots)

    def paths(self, task: Task) -> tuple[str, ...]:
        """What to ask for: one path, or those of a mix."""
        return tuple(self._path(part) for part in parts_of(task))

    def path(self, task: Task) -> str:
        """What to ask for once, at the origin that is as far away as the task says."""
        return self._path(task).replace(OTHER, "999")

    def _path(self, task: Task) -> str:
        if path := self.server.path(task, self.origins[task.pace]):
            return path
        raise AnswerError(f"{self.server.name} has no word for it")

    def _sources(self) -> dict[str, str]:
        """Where the origin is, for who is not told in each request, and the bucket, if there is one.

        In the words of oximg, and of imgproxy and Amazon, which imgsvc takes as well.
        """
        bucket = next((url for pace, url in self.origins.items() if pace.is_bucket), "")
        store = {**KEYS, "IMGPROXY_USE_S3": "true", "IMGPROXY_S3_ENDPOINT": bucket} if bucket else {}
        return {**store, "OXIMG_SOURCE_BASE_URL": self.origins[AT_ONCE]}

    def _await_picture(self, began: float) -> None:
        path = self.path(_SMALLEST)
        while time.monotonic() - began < _PATIENCE_SECONDS:
            with suppress(requests.RequestException):
                if ask(self.base, path).status_code == 200:
                    return
            if any(program.is_over for program in self._programs):
                break
            time.sleep(0.01)
        raise ServerError(f"{self.server.name} does not answer with a picture; its log is {self.log}")


def imgsvc(name: str, checkout: Path, settings: Mapping[str, str]) -> Server:
    """A checkout's gunicorn, as systemd would start it."""

    def commands(port: int) -> list[Command]:
        own = {
            "IMGSVC_BIND": f"127.0.0.1:{port}",
            "IMGSVC_OBSERVER_BIND": f"127.0.0.1:{free_port()}",
            "IMGSVC_ALLOW_LOOPBACK_SOURCE_ADDRESSES": "true",
            # Its own code, also where its packages are another checkout's.
            "PYTHONPATH": str(checkout),
            # As a package has it that pip has installed: of several starts, only the first one compiles.
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(ROOT / "build" / "bench" / "bytecode"),
        }
        gunicorn = [str(checkout / ".venv" / "bin" / "gunicorn"), "-c", "gunicorn.conf.py", "imgsvc.app:application"]
        return [Command(gunicorn, checkout, {**own, **settings})]

    return Server(name, commands, Task.imgproxy_path)


def imgproxy(binary: Path, workers: int = 0) -> Server:
    """The binary with the environment that its image gives it; 0 workers are its default, two for each core."""
    name = f"imgproxy, {workers} workers" if workers else "imgproxy"
    more = {"IMGPROXY_WORKERS": str(workers)} if workers else {}

    def commands(port: int) -> list[Command]:
        own = {"IMGPROXY_BIND": f"127.0.0.1:{port}", "IMGPROXY_ALLOW_LOOPBACK_SOURCE_ADDRESSES": "true"}
        return [Command([str(binary)], binary.parent, own | more | _ARENAS)]

    return Server(name, commands, Task.imgproxy_path)


def thumbor(environment: Path, folder: Path) -> Server:
    """One instance for each core behind nginx, as its hosting page says."""
    program, config = environment / "bin" / "thumbor", ROOT / "bench" / "peers" / "thumbor.conf"

    def commands(port: int) -> list[Command]:
        ports = [free_port() for _ in os.sched_getaffinity(0)]
        base = [str(program), "--ip=127.0.0.1", f"--conf={config}", "--log-level=error"]
        return [
            *(Command([*base, f"--port={each}"], environment, _ARENAS) for each in ports),
            balancer(folder, port, ports),
        ]

    return Server("thumbor", commands, Task.thumbor_path)


def ipx(folder: Path) -> Server:
    """One Node process, on jemalloc where it is there, as sharp advises."""

    def commands(port: int) -> list[Command]:
        own = {"PORT": str(port), "NODE_ENV": "production"}
        if _JEMALLOC.exists():
            own["LD_PRELOAD"] = str(_JEMALLOC)
        return [Command(["node", "serve.mjs"], folder, own)]

    return Server("ipx", commands, Task.ipx_path)


def oximg(binary: Path) -> Server:
    """The binary, which fetches from one origin; asked by its route of options, for the other one has no quality."""

    def commands(port: int) -> list[Command]:
        own = {"PORT": str(port), "OXIMG_BIND": "127.0.0.1", "OXIMG_OPTIONS_PREFIX": "/image"}
        return [Command([str(binary)], binary.parent, own)]

    return Server("oximg", commands, Task.oximg_path)
