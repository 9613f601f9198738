"""Looking names up: the system's resolver cannot be interrupted, only left behind, so that each lookup has a thread.

There are so many at once and no more. Those that run are counted, and no permits: none can be lost where a thread
cannot be started, or ends in whatever way.
"""

import select
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

from imgsvc.errors import SourceTimeoutError, SourceUnreachableError
from imgsvc.runtime.exhaustion import exhausted
from imgsvc.sources.budget import Budget
from imgsvc.sources.events import PollableEvent

Resolve = Callable[[str, int], list[str]]

MAX_LOOKUPS = 16
# So long a lookup that has begun is the one of whoever asks for the same: a name that hangs takes a thread a second.
SHARED_SECONDS = 1.0


def system_addresses(host: str, port: int) -> list[str]:
    """What the system's resolver says, in its order; it understands 0x7f.1 and the like too."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class Lookups:
    """Those of one process, `most` at once; for any number of threads, each of which waits for one at a time."""

    def __init__(self, resolve: Resolve = system_addresses, most: int = MAX_LOOKUPS) -> None:
        self._resolve = resolve
        self._most = most
        self._lock = threading.Lock()
        self._running: list[_Lookup] = []

    def addresses(self, host: str, port: int, budget: Budget) -> list[str]:
        """The addresses of a host within the budget; a RenderingError if it has none, or cannot be asked for."""
        try:
            lookup = self._lookup(host, port)
            budget.wait(lookup.ended.fileno(), select.POLLIN)
            return lookup.found.result()
        except (OSError, ValueError, RuntimeError) as error:
            unreachable = SourceUnreachableError(f"{host} cannot be looked up: {error}")
            raise exhausted(error) or unreachable from error

    def _lookup(self, host: str, port: int) -> "_Lookup":
        with self._lock:
            self._running = [each for each in self._running if each.thread.is_alive()]
            for each in self._running:
                if each.is_for(host, port):
                    return each
            if len(self._running) >= self._most:
                raise SourceTimeoutError(f"{host} is not looked up: {self._most} lookups have hung")
            begun = _Lookup(self._resolve, host, port)
            begun.thread.start()
            self._running.append(begun)
            return begun


class _Lookup:
    def __init__(self, resolve: Resolve, host: str, port: int) -> None:
        self._resolve, self._host, self._port = resolve, host, port
        self._shared_until = time.monotonic() + SHARED_SECONDS
        self.found: Future[list[str]] = Future()
        self.ended = PollableEvent()
        # A daemon, and no executor: that one waits for its threads when the process ends.
        self.thread = threading.Thread(target=self._run, name="lookup", daemon=True)

    def is_for(self, host: str, port: int) -> bool:
        """Whether it goes on, and will say what a new one for this host would."""
        is_new = not self.found.done() and time.monotonic() < self._shared_until
        return is_new and (host, port) == (self._host, self._port)

    def _run(self) -> None:
        try:
            self.found.set_result(self._resolve(self._host, self._port))
        except BaseException as error:  # noqa: BLE001 (whatever it is, who waits is told)
            self.found.set_exception(error)
        finally:
            self.ended.set()
