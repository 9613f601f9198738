"""imgsvc with pictures that kill, stop or hold the process that reads them: http://poison.test/WORD.

The server is the real one in everything else. What was asked for is counted in the file that POISON_LOG names.
"""

import ctypes
import os
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from imgsvc import app
from imgsvc.codecs.opened import Opened
from imgsvc.config import from_environment
from imgsvc.imaging.decision import Decision
from imgsvc.info.journey import Informer
from imgsvc.rendition import Job
from imgsvc.runtime.scope import Scope
from imgsvc.settings.environment import environment
from imgsvc.sources.source import Fetched, Source, SourceRequest, Stream
from imgsvc.telemetry.logs import configure_logging
from imgsvc.web.application import create_app

_LOG = Path(os.environ["POISON_LOG"])


@dataclass(slots=True)
class Poison(Stream):
    """What is fetched of them: nothing, and it is there at once."""

    status = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def chunks(self) -> Iterator[bytes]:
        yield b"poison"

    def close(self) -> None:
        """Nothing is open."""


class Sources:
    """The source of poison, or else the one that it wraps."""

    def __init__(self, inner: Source) -> None:
        self._inner = inner

    def open(self, request: SourceRequest, scope: Scope) -> Stream:
        return Poison() if "poison.test" in request.source.text else self._inner.open(request, scope)


class Poisoned(Informer):
    """Does as the URL says where the real one would read the picture's header."""

    def decide(self, job: Job, fetched: Fetched) -> tuple[Opened, Decision]:
        if "poison.test" in job.source.text:
            with _LOG.open("a") as log:
                log.write(f"{os.getpid()} {job.source.text}\n")
            _do(job.source.text)
        return super().decide(job, fetched)


def _do(url: str) -> None:
    if "segv" in url:
        os.kill(os.getpid(), signal.SIGSEGV)
    if "locks" in url:
        ctypes.PyDLL(None).usleep(1000 * int("".join(filter(str.isdigit, url.rpartition("/")[2]))))
    if "holds" in url:
        ctypes.PyDLL(None).sleep(60)
    if "native" in url:
        ctypes.CDLL(None).sleep(60)
    if "python" in url:
        time.sleep(60)


_config = from_environment(environment())
configure_logging(_config.log)
_renderer = app.create_renderer(_config)
_parts = {each.name: getattr(_renderer, each.name) for each in fields(_renderer)}
application = create_app(Poisoned(**_parts | {"sources": Sources(_renderer.sources)}), _config)
