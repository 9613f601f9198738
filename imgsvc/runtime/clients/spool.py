"""What a client has not taken of a long answer, in files without a name: they go when their last holder does.

Several files, one after the other: what was taken is given back to the disk while the answer goes on.
"""

import errno
import os
import tempfile
import threading
from collections import deque

from imgsvc.runtime.board.layout import Counter

# Of one file; so much of what was taken may still be on the disk.
SEGMENT_BYTES = 32 << 20


class AnswerNotTakenError(ConnectionResetError):
    """The client did not take its answer in time, or there is no room for what it has not taken: it is reset."""

    def __init__(self, why: Counter, text: str) -> None:
        super().__init__(errno.ECONNRESET, text)
        self.why = why


class _Total:
    """Of all files of this process; more than one thread writes to them."""

    def __init__(self) -> None:
        self._adding = threading.Lock()
        self.file_bytes = 0

    def add(self, size: int) -> None:
        with self._adding:
            self.file_bytes += size


_TOTAL = _Total()


def spooled_bytes() -> int:
    """What the files of this process take of the disk."""
    return _TOTAL.file_bytes


class _Segment:
    """One file."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="imgsvc-")  # noqa: SIM115 (it lives as long as its connection)
        self.begin = self.end = 0

    def put(self, data: memoryview) -> int:
        count = os.pwrite(self._file.fileno(), data[: SEGMENT_BYTES - self.end], self.end)
        self.end += count
        _TOTAL.add(count)
        return count

    def take(self, count: int) -> bytes:
        data = os.pread(self._file.fileno(), min(count, self.end - self.begin), self.begin)
        self.begin += len(data)
        return data

    def close(self) -> None:
        self._file.close()
        _TOTAL.add(-self.end)


class Spool:
    """First in, first out."""

    def __init__(self) -> None:
        self._segments: deque[_Segment] = deque()

    def __len__(self) -> int:
        return sum(each.end - each.begin for each in self._segments)

    @property
    def file_bytes(self) -> int:
        """What it takes of the disk."""
        return sum(each.end for each in self._segments)

    def put(self, data: memoryview) -> None:
        """Add to its end; OSError where there is no room."""
        while data:
            if not self._segments or self._segments[-1].end >= SEGMENT_BYTES:
                self._segments.append(_Segment())
            data = data[self._segments[-1].put(data) :]

    def take(self, count: int) -> bytes:
        """Up to so many bytes from its beginning."""
        if not self._segments:
            return b""
        first = self._segments[0]
        data = first.take(count)
        if first.begin == first.end:
            self._segments.popleft().close()
        return data

    def close(self) -> None:
        """Give the files up, and what is in them."""
        while self._segments:
            self._segments.popleft().close()
