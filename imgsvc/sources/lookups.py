"""Looking names up: the system's resolver cannot be interrupted, only left behind, so that each lookup has a thread.

There are so many at once and no more. Those that run are counted, and no permits: none can be lost where a thread
cannot be started, or ends in whatever way.
"""

import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait

from imgsvc.errors import SourceTimeoutError, SourceUnreachableError
from imgsvc.runtime.exhaustion import exhausted
from imgsvc.sources.budget import Budget

Resolve = Callable[[str, int], list[str]]

MAX_LOOKUPS = 16


def system_addresses(host: str, port: int) -> list[str]:
    """What the system's resolver says, in its order; it understands 0x7f.1 and the like too."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


class Lookups:
    """Those of one process; for one thread, which waits for one of them at a time."""

    def __init__(self, resolve: Resolve = system_addresses) -> None:
        self._resolve = resolve
        self._threads: list[threading.Thread] = []

    def addresses(self, host: str, port: int, budget: Budget) -> list[str]:
        """The addresses of a host within the budget; a RenderingError if it has none, or cannot be asked for."""
        found: Future[list[str]] = Future()
        try:
            self._begin(host, port, found)
            while not found.done():
                wait([found], budget.next_wait())
            return found.result()
        except (OSError, ValueError, RuntimeError) as error:
            unreachable = SourceUnreachableError(f"{host} cannot be looked up: {error}")
            raise exhausted(error) or unreachable from error

    def _begin(self, host: str, port: int, found: "Future[list[str]]") -> None:
        self._threads = [each for each in self._threads if each.is_alive()]
        if len(self._threads) >= MAX_LOOKUPS:
            raise SourceTimeoutError(f"{host} is not looked up: {MAX_LOOKUPS} lookups have hung")
        # A daemon, and no executor: that one waits for its threads when the process ends.
        thread = threading.Thread(target=self._look_up, args=(host, port, found), name="lookup", daemon=True)
        thread.start()
        self._threads.append(thread)

    def _look_up(self, host: str, port: int, found: "Future[list[str]]") -> None:
        try:
            found.set_result(self._resolve(host, port))
        except BaseException as error:  # noqa: BLE001 (whatever it is, who waits is told)
            found.set_exception(error)
