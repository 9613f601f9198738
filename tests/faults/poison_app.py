"""imgsvc with sources that kill, stop or hold the process that fetches them: http://poison.test/WORD.

The server is the real one in everything else. What was asked for is counted in the file that POISON_LOG names.
"""

import ctypes
import os
import signal
import time
from pathlib import Path

from imgsvc import app
from imgsvc.config import from_environment
from imgsvc.environment import environment
from imgsvc.runtime.scope import Scope
from imgsvc.sources.source import Source, SourceRequest, Stream
from imgsvc.telemetry.logs import configure_logging
from imgsvc.web.application import create_app

_LOG = Path(os.environ["POISON_LOG"])


class Poisoned:
    """A source that does as its URL says, or else is the one that it wraps."""

    def __init__(self, inner: Source) -> None:
        self._inner = inner

    def open(self, request: SourceRequest, scope: Scope) -> Stream:
        if "poison.test" in request.source.text:
            with _LOG.open("a") as log:
                log.write(f"{os.getpid()} {request.source.text}\n")
            _do(request.source.text)
        return self._inner.open(request, scope)


def _do(url: str) -> None:
    if "segv" in url:
        os.kill(os.getpid(), signal.SIGSEGV)
    if "holds" in url:
        ctypes.PyDLL(None).sleep(60)
    if "native" in url:
        ctypes.CDLL(None).sleep(60)
    if "python" in url:
        time.sleep(60)


_config = from_environment(environment())
configure_logging(_config.log)
_renderer = app.create_renderer(_config)
object.__setattr__(_renderer, "sources", Poisoned(_renderer.sources))
application = create_app(_renderer, _config)
