"""What a connection in the connection thread is there for, how far it came, and until when it may stay.

A client does one thing that the kernel allows at once and says what comes next; it neither waits nor knows the others.
"""

import selectors
import socket
import time
from enum import Enum, auto

from imgsvc.runtime.board.layout import Counter
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.clients.disconnect import unread_bytes, untaken_bytes

# The good-bye of a client that has everything: it may close first, so that nothing it still sends resets the answer.
LINGER_SECONDS = 2.0
_LINGER_BYTES = 32 << 20
# Of these, in one turn.
_LINGER_READS = 16


def close_if_taken(connection: Connection, slot: Slot) -> bool:
    """Count what was sent, and close if it is taken and no more was said; False: there is something to wait for."""
    try:
        if not connection.flush() or untaken_bytes(connection) or unread_bytes(connection):
            return False
        if connection.has_more_to_come:
            return False
        connection.shutdown(socket.SHUT_WR)
    except (OSError, ValueError):
        pass
    finally:
        slot.count(Counter.BYTES_SENT, connection.count_sent())
    connection.discard()
    return True


class Progress(Enum):
    """What became of a client."""

    STAYS = auto()
    COMPLETE = auto()  # its request can be read
    LEFT = auto()  # it went, and that is in order
    HEADER_TIMEOUT = auto()  # and has to be told so
    HEADER_GONE = auto()
    WRITE_TIMEOUT = auto()
    WRITE_GONE = auto()


class Phase(Enum):
    """What a client is there for."""

    READING = auto()
    SENDING = auto()
    LINGERING = auto()


class Client:
    """A connection with its time: to finish its request, or to take its answer, and then to close."""

    def __init__(
        self, connection: Connection, phase: Phase, seconds: float, least_rate: int, now: float | None = None
    ) -> None:
        self.connection = connection
        # As it was when the connection was open.
        self.descriptor = connection.fileno()
        self.phase = phase
        self._seconds = seconds
        self._rate = least_rate
        self._since = self._progressed = time.monotonic() if now is None else now
        self._taken = 0
        self._first_sent = connection.sent_bytes
        self._drained = 0

    @property
    def events(self) -> int:
        """What to wait for."""
        return selectors.EVENT_WRITE if self.phase is Phase.SENDING else selectors.EVENT_READ

    def advance(self) -> Progress:
        """Do what can be done now."""
        try:
            if self.phase is Phase.READING:
                return Progress.COMPLETE if self.connection.fill() else Progress.STAYS
            return self._send() if self.phase is Phase.SENDING else self._linger()
        except (OSError, ValueError):
            return self._gone()

    def expire(self, now: float) -> Progress:
        """Whether its time is over; asked a few times a second."""
        try:
            if self.phase is Phase.READING:
                return Progress.HEADER_TIMEOUT if now >= self._since + self._seconds else Progress.STAYS
            return self._count_taken(now)
        except (OSError, ValueError):
            return self._gone()

    def _gone(self) -> Progress:
        if self.phase is Phase.READING:
            return Progress.HEADER_GONE
        return Progress.LEFT if self.phase is Phase.LINGERING else Progress.WRITE_GONE

    def _send(self) -> Progress:
        self.phase = Phase.SENDING
        if not self.connection.flush():
            return Progress.STAYS
        self.connection.shutdown(socket.SHUT_WR)
        self.phase = Phase.LINGERING
        return self._linger()

    def _linger(self) -> Progress:
        for _ in range(_LINGER_READS):
            count = self.connection.drain()
            self._drained += max(0, count)
            if count == 0 or self._drained > _LINGER_BYTES:
                return Progress.LEFT
            if count < 0:
                break
        return Progress.STAYS

    def _count_taken(self, now: float) -> Progress:
        """T_w since it last took something, and a minimum rate beyond that: a byte a second is not taking."""
        untaken = untaken_bytes(self.connection)
        taken = self.connection.sent_bytes - self._first_sent - untaken
        if taken > self._taken:
            self._taken, self._progressed = taken, now
        has_all = self.phase is Phase.LINGERING and not untaken
        if has_all and now >= self._progressed + min(LINGER_SECONDS, self._seconds):
            return Progress.LEFT
        is_slow = now >= self._since + self._seconds + max(self._taken, 0) / self._rate
        is_stuck = now >= self._progressed + self._seconds
        return Progress.WRITE_TIMEOUT if not has_all and (is_slow or is_stuck) else Progress.STAYS
