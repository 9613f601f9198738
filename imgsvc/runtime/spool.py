"""What a client has not taken of a long answer, in a file without a name: it goes when its last holder does."""

import os
import tempfile


class Spool:
    """First in, first out; made when the first bytes come."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="imgsvc-")  # noqa: SIM115 (it lives as long as its connection)
        self._begin = self._end = 0

    def __len__(self) -> int:
        return self._end - self._begin

    def put(self, data: memoryview) -> None:
        """Add to its end; OSError where there is no room."""
        while data:
            count = os.pwrite(self._file.fileno(), data, self._end)
            self._end += count
            data = data[count:]

    def take(self, count: int) -> bytes:
        """Up to so many bytes from its beginning."""
        data = os.pread(self._file.fileno(), min(count, len(self)), self._begin)
        self._begin += len(data)
        if self._begin == self._end:
            # What was taken takes no room any more.
            os.ftruncate(self._file.fileno(), 0)
            self._begin = self._end = 0
        return data

    def close(self) -> None:
        """Give the file up, and what is in it."""
        self._file.close()
