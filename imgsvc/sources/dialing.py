"""Opening a connection: name to addresses, addresses past the guard, the first that answers.

SECURITY: the guard sees the very address that is then connected to, so neither a name server that
changes its answer nor any spelling of a host gets past it.
"""

import os
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from errno import EINPROGRESS

from urllib3.util import wait_for_write

from imgsvc.errors import SourceAddressError, SourceError, SourceTimeoutError, SourceUnreachableError
from imgsvc.sources.budget import Budget, current
from imgsvc.sources.sockets import PatientSocket

Resolve = Callable[[str, int], list[str]]
Refusal = Callable[[str], str | None]

# Lookups that may hang at once; getaddrinfo cannot be interrupted, only left behind.
MAX_LOOKUPS = 16
# An address that is not the last gets its share of the budget, but not less than this.
LEAST_DIAL_SECONDS = 1.0
KEEP_ALIVE_SECONDS = 30
# Sent, and not acknowledged by the peer's kernel for so long: the connection is dead, not slow.
UNACKNOWLEDGED_SECONDS = 1.5


def system_addresses(host: str, port: int) -> list[str]:
    """What the system's resolver says, in its order; it understands 0x7f.1 and the like too."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def literal_addresses(host: str) -> list[str]:
    """The address that `host` is a spelling of, in whatever form the system reads; nothing for a name."""
    try:
        found = socket.getaddrinfo(host.strip("[]"), None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (OSError, ValueError):
        return []
    return [str(each[4][0]) for each in found]


class Dialer:
    """Connects to hosts whose addresses `refusal` has nothing against."""

    def __init__(self, refusal: Refusal, resolve: Resolve = system_addresses) -> None:
        self._refusal = refusal
        self._resolve = resolve
        self._lookups = threading.BoundedSemaphore(MAX_LOOKUPS)

    def dial(self, host: str, port: int) -> PatientSocket:
        """A connection to the first permitted address that accepts; raises a SourceError."""
        budget = current()
        budget.dials += 1
        reasons: list[str] = []
        failures: list[OSError] = []
        addresses = self._addresses(host.strip("[]"), port, budget)
        for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            if reason := self._refusal(address):
                reasons.append(reason)
                continue
            try:
                return self._checked(_connect(address, port, budget, budget.remaining() / left))
            except OSError as error:
                failures.append(error)
        raise _failure(host, reasons, failures)

    def _checked(self, sock: PatientSocket) -> PatientSocket:
        """What was asked for has passed already; this is what was got."""
        if reason := self._refusal(sock.getpeername()[0]):
            sock.close()
            raise SourceAddressError(reason)
        return sock

    def _addresses(self, host: str, port: int, budget: Budget) -> list[str]:
        if not self._lookups.acquire(blocking=False):
            raise SourceTimeoutError(f"{host} is not looked up: {MAX_LOOKUPS} lookups have hung")
        found: Future[list[str]] = Future()
        # A daemon, and no executor: that one waits for its threads when the process ends.
        threading.Thread(target=self._look_up, args=(host, port, found), name="lookup", daemon=True).start()
        while not found.done():
            wait([found], budget.next_wait())
        try:
            return found.result()
        except (OSError, ValueError) as error:
            raise SourceUnreachableError(f"{host} cannot be looked up: {error}") from error

    def _look_up(self, host: str, port: int, found: Future[list[str]]) -> None:
        try:
            found.set_result(self._resolve(host, port))
        except (OSError, ValueError) as error:
            found.set_exception(error)
        finally:
            self._lookups.release()


def _connect(address: str, port: int, budget: Budget, share: float) -> PatientSocket:
    sock = PatientSocket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        _raise_for(sock.connect_ex((address, port)), allowed=EINPROGRESS)
        _wait_until_connected(sock, address, budget, max(share, LEAST_DIAL_SECONDS))
        _set_options(sock)
        # TLS refuses to wrap a socket that does not block.
        sock.settimeout(budget.next_wait())
    except BaseException:
        sock.close()
        raise
    return sock


def _wait_until_connected(sock: PatientSocket, address: str, budget: Budget, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not wait_for_write(sock, budget.next_wait()):
        if time.monotonic() >= end:
            raise TimeoutError(f"{address} does not answer")
    _raise_for(sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))


def _raise_for(code: int, allowed: int = 0) -> None:
    if code not in (0, allowed):
        raise OSError(code, os.strerror(code))


def _set_options(sock: PatientSocket) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, KEEP_ALIVE_SECONDS)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(UNACKNOWLEDGED_SECONDS * 1000))


def _failure(host: str, reasons: list[str], failures: list[OSError]) -> SourceError:
    if reasons and not failures:
        return SourceAddressError(f"{host}: {'; '.join(reasons)}")
    text = "; ".join(str(failure) for failure in failures) or "it has no address"
    if failures and all(isinstance(failure, TimeoutError) for failure in failures):
        return SourceTimeoutError(f"{host}: {text}")
    return SourceUnreachableError(f"{host}: {text}")
