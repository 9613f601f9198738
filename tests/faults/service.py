"""imgsvc as the fault tests run it: two workers, short budgets, sources on loopback; the URLs that they ask for."""

import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from tests.faults.bounds import T_O, T_W, D
from tests.faults.clients import Answer, ask
from tests.faults.processes import resident, state, workers
from tests.ports import free_port
from tests.serving.server import Server
from tests.waiting import eventually

WORKERS = 2
CAT = "/_/rs:fit:20:20/plain/local:///cat.png"
# 20 MB, passed on as they are: what it costs is that nobody takes it.
LARGE = "/_/skp:bmp/plain/local:///large.bmp@bmp"
MEDIUM = "/_/skp:bmp/plain/local:///medium.bmp@bmp"
# The same, passed through as it comes.
RAW = "/_/raw:1/plain/local:///large.bmp"
# Some 100 ms of one core.
WORK = "/_/rs:fit:300:300/plain/local:///photo.jpg@png"
SETTINGS = {
    "IMGSVC_WORKERS": str(WORKERS),
    "IMGSVC_ALLOW_LOOPBACK_SOURCE_ADDRESSES": "true",
    "IMGSVC_TIMEOUT": str(D),
    "IMGSVC_DOWNLOAD_TIMEOUT": str(T_O),
    "IMGSVC_WRITE_RESPONSE_TIMEOUT": str(T_W),
    "IMGSVC_READ_REQUEST_TIMEOUT": "2",
    "IMGSVC_LOG_LEVEL": "info",
}


class Service(Server):
    """A server for the faults; settings are named without their prefix, in lower case."""

    def __init__(
        self,
        pictures: Path,
        *,
        application: str = "imgsvc.app:application",
        arguments: Sequence[str] = (),
        prefix: Sequence[str] = (),
        port: int = 0,
        **settings: object,
    ) -> None:
        folder = {"IMGSVC_LOCAL_FILESYSTEM_ROOT": str(pictures)}
        observer = {"IMGSVC_OBSERVER_BIND": f"127.0.0.1:{free_port()}"}
        own = {f"IMGSVC_{name.upper()}": str(value) for name, value in settings.items()}
        super().__init__(
            {**SETTINGS, **folder, **observer, **own},
            application=application,
            arguments=arguments,
            prefix=prefix,
            port=port,
        )

    def __enter__(self) -> Self:
        super().__enter__()
        self.settled()
        return self

    @property
    def workers(self) -> list[int]:
        return workers(self)

    def settled(self) -> list[int]:
        """The workers, once as many as are set are there: who counts them may come behind one that has been ended."""
        self.await_workers(int(self.settings["IMGSVC_WORKERS"]))
        return self.workers

    @property
    def observer_port(self) -> int:
        """Where the observer listens."""
        return int(self.settings["IMGSVC_OBSERVER_BIND"].rpartition(":")[2])

    def await_observer(self) -> bool:
        """Whether it is there in time; it comes up beside the workers."""
        return eventually(lambda: self.observed("/health").status == 200)

    def observed(self, path: str) -> Answer:
        """What the observer says."""
        return ask(self.observer_port, path, timeout=10)

    def resident(self) -> int:
        """Bytes that the workers hold in memory."""
        return sum(map(resident, self.workers))

    def kill_a_worker(self, number: int = 0) -> int:
        """SIGKILL; its pid, once it is gone."""
        pid = self.workers[number]
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: not Path(f"/proc/{pid}").exists() or state(pid) == "Z", 5)
        return pid

    def await_workers(self, count: int = WORKERS, seconds: float = 15) -> bool:
        """Whether so many workers listen in time."""
        return eventually(lambda: len(self.workers) == count, seconds)


def of(origin, path: str = "/cat.png", options: str = "rs:fit:20:20") -> str:
    """The path that asks for a picture of `origin`."""
    return f"/_/{options}/plain/{origin.url(path)}"
