"""The one way to answer without the application, and to let a request go without an answer.

Whoever is refused is claimed, counted and told, and leaves a line in the log, as every request does; of a flood of them
so many lines a second are written, and the others are counted and said to be left out.
"""

import logging
import time
from collections import Counter as Tally
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from imgsvc.runtime.board.layout import Counter
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.clients.connection import Claimant, Connection
from imgsvc.runtime.http.answers import answer, whole
from imgsvc.runtime.http.heads import client_ip, read_head, request_id
from imgsvc.runtime.showing import shown

_LOG = logging.getLogger("imgsvc.access")

# Of one worker; more are written by nobody who can read them.
LINES_A_SECOND = 100
# Who left is nobody's fault, and gets no answer.
_CLIENT_CLOSED_REQUEST = 499


class Refusals:
    """A worker's; `prefix` is PATH_PREFIX. All its threads refuse: a count may be wrong by one, and nobody waits."""

    def __init__(self, slot: Slot, prefix: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        self._slot = slot
        self._prefix = prefix
        self._clock = clock
        self._second, self._written = 0, 0
        self._left_out: Tally[str] = Tally()

    def refuse(
        self,
        connection: Connection,
        why: Counter,
        status: int = 503,
        *,
        error: str = "",
        who: Claimant = Claimant.WORKER,
    ) -> bool:
        """Answer it and send what the kernel takes, unless somebody else answers it; whether it was ours to answer.

        The caller sees the connection off.
        """
        if not connection.claim(who):
            return False
        self._slot.count(why)
        self._slot.count_status(status)
        name = self._log(connection, why, status, error)
        _send(connection, answer(status, name, has_body=_has_body(connection)))
        return True

    def tell_health(self, connection: Connection, status: int, text: str, headers: Mapping[str, str]) -> None:
        """Answer a health check, which is a request like any other, and no line; the caller sees it off."""
        if connection.claim(Claimant.WORKER):
            self._slot.count(Counter.REQUESTS)
            self._slot.count_status(status)
            name = request_id(read_head(connection.received).headers)
            _send(connection, whole(status, text, headers, name, has_body=_has_body(connection)))

    def let_go(self, connection: Connection, why: Counter) -> None:
        """Count and log a request that gets no answer, for its client has left, or for there are too many."""
        self._slot.count(why)
        if connection.received:
            self._log(connection, why, _CLIENT_CLOSED_REQUEST, "")

    def tell(self) -> None:
        """Say what was left out of the log before this second."""
        if self._left_out and int(self._clock()) != self._second:
            left_out, self._left_out = self._left_out, Tally()
            text = "%s refusals were left out of the log: more than %s a second"
            _LOG.warning(text, left_out.total(), LINES_A_SECOND, extra={"fields": {"left_out": dict(left_out)}})

    def _log(self, connection: Connection, why: Counter, status: int, error: str) -> str:
        """Write the line, if there is room for it; the request's id."""
        head = read_head(connection.received)
        name = connection.request_id or request_id(head.headers)
        if not self._has_room():
            self._left_out[why.value] += 1
            return name
        fields: dict[str, object] = {
            "request_id": name,
            "method": head.method,
            "target": shown(head.target, self._prefix),
            "status": status,
            "client_ip": client_ip(head.headers, _address(connection.peer)),
            "ms": round((time.monotonic() - connection.arrived) * 1000),
            "outcome": why.value,
        }
        fields |= {"error": error} if error else {}
        _LOG.log(level_of(status), "%s %s", head.method, status, extra={"fields": fields})
        return name

    def _has_room(self) -> bool:
        self.tell()
        now = int(self._clock())
        if now != self._second:
            self._second, self._written = now, 0
        self._written += 1
        return self._written <= LINES_A_SECOND


def level_of(status: int) -> int:
    """The level of a request's line."""
    if status >= 500:
        return logging.ERROR
    return logging.WARNING if status >= 400 else logging.INFO


def _has_body(connection: Connection) -> bool:
    return not connection.received.startswith(b"HEAD ")


def _send(connection: Connection, data: bytes) -> None:
    """What the kernel does not take is sent by whoever sees the connection off."""
    with suppress(OSError, ValueError):
        connection.forget()
        connection.sendall(data)
        connection.flush()


def _address(peer: Any) -> str:
    return str(peer[0]) if isinstance(peer, tuple) and peer else ""
