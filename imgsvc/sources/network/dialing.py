"""Opening a connection: name to addresses, addresses past the guard, the first that answers.

SECURITY: the guard sees the very address that is then connected to, so neither a name server that
changes its answer nor any spelling of a host gets past it. And the host is the one that the budget is for: what
a library makes of a URL on its way here changes nothing.
"""

import os
import select
import socket
from collections.abc import Callable
from errno import EINPROGRESS

from imgsvc.errors import RenderingError, SourceAddressError, SourceTimeoutError, SourceUnreachableError
from imgsvc.runtime.exhaustion import exhausted
from imgsvc.sources.budget import Budget, current
from imgsvc.sources.network.lookups import MAX_LOOKUPS, Lookups, Resolve, system_addresses
from imgsvc.sources.network.sockets import PatientSocket

Refusal = Callable[[str], str | None]

# An address that is not the last gets its share of the budget, but not less than this.
LEAST_DIAL_SECONDS = 1.0
KEEP_ALIVE_SECONDS = 30
# Sent, and not acknowledged by the peer's kernel for so long: the connection is dead, not slow.
UNACKNOWLEDGED_SECONDS = 1.5


class Dialer:
    """Connects to hosts whose addresses `refusal` has nothing against."""

    def __init__(self, refusal: Refusal, resolve: Resolve = system_addresses, most_lookups: int = MAX_LOOKUPS) -> None:
        self._refusal = refusal
        self._lookups = Lookups(resolve, most_lookups)

    def dial(self, host: str, port: int) -> PatientSocket:
        """A connection to the first permitted address that accepts; raises a SourceError."""
        budget, host = current(), host.strip("[]")
        if (host, port) != budget.peer:
            raise SourceAddressError(f"{host}:{port} is not what was checked, {budget.peer}")
        budget.dials += 1
        reasons: list[str] = []
        failures: list[OSError] = []
        addresses = self.addresses(host, port)
        for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            if reason := self._refusal(address):
                reasons.append(reason)
                continue
            try:
                return self._checked(_connect(address, port, budget, budget.remaining() / left))
            except OSError as error:
                failures.append(error)
        raise _failure(host, reasons, failures) from next(iter(failures), None)

    def addresses(self, host: str, port: int) -> list[str]:
        """What the name server says of `host`, within the budget; raises a SourceError."""
        return self._lookups.addresses(host, port, current())

    def _checked(self, sock: PatientSocket) -> PatientSocket:
        """What was asked for has passed already; this is what was got."""
        try:
            if reason := self._refusal(sock.getpeername()[0]):
                raise SourceAddressError(reason)
        except BaseException:
            sock.close()
            raise
        return sock


def _connect(address: str, port: int, budget: Budget, share: float) -> PatientSocket:
    sock = PatientSocket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        _raise_for(sock.connect_ex((address, port)), allowed=EINPROGRESS)
        _wait_until_connected(sock, address, budget, max(share, LEAST_DIAL_SECONDS))
        _set_options(sock)
    except BaseException:
        sock.close()
        raise
    return sock


def _wait_until_connected(sock: PatientSocket, address: str, budget: Budget, seconds: float) -> None:
    if not budget.wait(sock.fileno(), select.POLLOUT, seconds):
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


def _failure(host: str, reasons: list[str], failures: list[OSError]) -> RenderingError:
    if lack := next(filter(None, map(exhausted, failures)), None):
        return lack
    if reasons and not failures:
        return SourceAddressError(f"{host}: {'; '.join(reasons)}")
    text = "; ".join(str(failure) for failure in failures) or "it has no address"
    if failures and all(isinstance(failure, TimeoutError) for failure in failures):
        return SourceTimeoutError(f"{host}: {text}")
    return SourceUnreachableError(f"{host}: {text}")
