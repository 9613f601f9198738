"""One client of the observer: its request is read, its answer sent, and nothing of it is ever waited for."""

import socket
from contextlib import suppress
from dataclasses import dataclass, field
from enum import IntEnum

from imgsvc.observer.clients.asked import METHODS, MOST_BYTES, Asked, Refused, asked
from imgsvc.observer.clients.page import Page

_CHUNK_BYTES = 65_536


class Phase(IntEnum):
    """How far it is; whoever has come less far goes first where there are too many."""

    READING = 0
    LEAVING = 1
    SENDING = 2
    WAITING = 3


# Seconds for each: a head, the end of a connection, an answer. Who waits for a page waits for us.
SECONDS = {Phase.READING: 2.0, Phase.LEAVING: 1.0, Phase.SENDING: 5.0, Phase.WAITING: 60.0}


@dataclass(slots=True, eq=False)
class Client:
    """A connection that does not block; `since` is when its phase began."""

    connection: socket.socket
    address: str
    is_stranger: bool
    since: float
    phase: Phase = Phase.READING
    request: Asked | None = None
    _received: bytearray = field(default_factory=bytearray)
    # The page's body is the same for all who are sent it.
    _unsent: list[memoryview] = field(default_factory=list)

    @property
    def deadline(self) -> float:
        """When its phase has to be over."""
        return self.since + SECONDS[self.phase]

    def read(self, now: float) -> bool:
        """Take what has come; whether the connection is still of use."""
        try:
            data = self.connection.recv(_CHUNK_BYTES)
        except BlockingIOError:
            return True
        except OSError:
            return False
        if not data:
            # Who has been told everything may go; who asked, or is asking, and shuts its side is gone.
            return self.phase in (Phase.WAITING, Phase.SENDING)
        if self.phase is Phase.READING:
            self._take(data, now)
        return True

    def _take(self, data: bytes, now: float) -> None:
        self._received += data[: 2 * MOST_BYTES]
        found = asked(bytes(self._received))
        if isinstance(found, Refused):
            more = {"Allow": ", ".join(sorted(METHODS))} if found.status == 405 else {}
            self.answer(Page.refusal(found.status, **more), now)
        elif found:
            self.request = found
            self._enter(Phase.WAITING, now)

    def answer(self, page: Page, now: float) -> None:
        """Begin to send a page."""
        with_body = self.request is None or self.request.method != "HEAD"
        self._unsent = [memoryview(part) for part in (page.head(), page.body if with_body else b"") if part]
        self._enter(Phase.SENDING, now)

    def send(self, now: float) -> bool:
        """Send what the kernel takes; whether the connection is still of use."""
        try:
            count = self.connection.sendmsg(self._unsent)
        except BlockingIOError:
            return True
        except OSError:
            return False
        while self._unsent and count >= len(self._unsent[0]):
            count -= len(self._unsent.pop(0))
        if self._unsent:
            self._unsent[0] = self._unsent[0][count:]
        if not self._unsent:
            # What is left unread when a connection is closed would take the answer away from its reader.
            self._enter(Phase.LEAVING, now)
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_WR)
        return True

    def expire(self, now: float) -> bool:
        """Its phase has taken too long; whether it is told so."""
        if self.phase is not Phase.READING or not self._received:
            return False
        self.answer(Page.refusal(408), now)
        return True

    def _enter(self, phase: Phase, now: float) -> None:
        self.phase, self.since = phase, now
