"""The journal's end of its native protocol, on a socket of a test's own."""

import os
import select
import socket
import struct
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self

Entry = Mapping[str, str]
_LONGEST_BYTES = 1 << 20
_PATIENCE_SECONDS = 30


class Journald:
    """Takes entries at `address`, and reads them as journald does; a context manager."""

    def __init__(self, folder: Path, patience_seconds: float = 10) -> None:
        self.handed_over = 0
        self.followed: list[Entry] = []
        self.address = str(folder / "journal")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.address)
        self._socket.settimeout(patience_seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._socket.close()

    def datagram(self) -> bytes:
        """The next one; where it is a descriptor in place of bytes, what that holds."""
        data, descriptors, flags, _ = socket.recv_fds(self._socket, _LONGEST_BYTES, 1)
        assert not flags & socket.MSG_TRUNC
        self.handed_over += len(descriptors)
        for each in descriptors:
            with os.fdopen(each, "rb") as memory:
                memory.seek(0)
                return memory.read()
        return data

    def entry(self) -> Entry:
        """The next one."""
        return dict(parsed(self.datagram()))

    def follow(self) -> None:
        """From now on take whatever comes, as a thread; for who cannot read while others write."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        threading.Thread(target=self._follow, daemon=True).start()

    def _follow(self) -> None:
        while True:
            try:
                data, ancillary, _, _ = self._socket.recvmsg(_LONGEST_BYTES, 1000)
            except TimeoutError:
                continue
            except OSError:
                return
            pids = [struct.unpack("3i", value)[0] for _, kind, value in ancillary if kind == socket.SCM_CREDENTIALS]
            self.followed.append(dict(parsed(data)) | {"_PID": str(pids[0])})

    def found(self, beginning: str = "", **fields: str) -> list[Entry]:
        """What has come with these fields, as `journalctl NAME=value` finds it; waits until there is something."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while True:
            ours = [each for each in self.followed if each["MESSAGE"].startswith(beginning)]
            found = [each for each in ours if fields.items() <= each.items()]
            if found or time.monotonic() > end:
                return found
            time.sleep(0.05)

    def has_entry(self) -> bool:
        """Whether one is there just now."""
        return bool(select.select([self._socket], [], [], 0)[0])

    def entries(self) -> list[Entry]:
        """All that are there just now."""
        found = []
        while self.has_entry():
            found.append(self.entry())
        return found


def parsed(data: bytes) -> list[tuple[str, str]]:
    """Fields as systemd's documentation has them: NAME=value, or NAME, a length in eight bytes, and the value."""
    found = []
    while data:
        line, _, data = data.partition(b"\n")
        name, equals, value = line.partition(b"=")
        if not equals:
            size = int.from_bytes(data[:8], "little")
            value, end, data = data[8 : 8 + size], data[8 + size : 9 + size], data[9 + size :]
            assert end == b"\n"
        found.append((name.decode("ascii"), value.decode("utf-8")))
    return found
