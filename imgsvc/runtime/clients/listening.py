"""The listening socket: silent connections wake nobody, and at a stop nobody new gets into its queue.

Who is in the queue is answered or, where another process goes on listening on the same socket, left to that one.
"""

import ctypes
import os
import socket
import struct
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

# After so long the kernel hands a silent connection over all the same.
DEFER_SECONDS = 1

# linux/filter.h and asm-generic/socket.h, which the socket module does not name.
_SO_ATTACH_FILTER = 26
_SO_DETACH_FILTER = 27

# Classic BPF over the TCP header: flags & (SYN | ACK) == SYN ? drop : keep. The rest of a handshake that is under way
# comes through, and who begins one now is not refused: its SYN is lost, and sent again a second later.
_DROP_SYN = (
    (0x30, 0, 0, 13),  # ldb [13]
    (0x54, 0, 0, 0x12),  # and #SYN|ACK
    (0x15, 0, 1, 0x02),  # jeq #SYN
    (0x06, 0, 0, 0),  # ret #0
    (0x06, 0, 0, 0xFFFFFFFF),  # ret #-1
)


def defer(listener: socket.socket) -> None:
    """Let a connection wake a worker only when it has said something."""
    if listener.family != socket.AF_UNIX:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, DEFER_SECONDS)


def turn_away(listener: socket.socket) -> None:
    """Let nobody new into the queue; a unix socket has lost its name already."""
    if listener.family == socket.AF_UNIX:
        return
    program = b"".join(struct.pack("HBBI", *line) for line in _DROP_SYN)
    # sock_fprog holds a pointer; the buffer must outlive the call, and does.
    buffer = bytearray(program)
    address = _address_of(buffer)
    with suppress(OSError):
        listener.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, struct.pack("HL", len(_DROP_SYN), address))


def welcome(listener: socket.socket) -> None:
    """Undo what an earlier process may have left on a socket that is handed down, by systemd say."""
    with suppress(OSError):
        listener.setsockopt(socket.SOL_SOCKET, _SO_DETACH_FILTER, 0)


def is_held(listener: socket.socket, pids: Iterable[int]) -> bool:
    """Whether one of these processes has the same socket open; one that cannot be asked has not."""
    try:
        name = f"socket:[{os.fstat(listener.fileno()).st_ino}]"
    except OSError:
        return False
    return any(name in _descriptors(pid) for pid in pids)


def processes_of_this_user() -> Iterator[tuple[int, int]]:
    """Those that can be looked into, each with its parent."""
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if path.stat().st_uid == os.geteuid():
                words = (path / "stat").read_text("ascii", "replace").rpartition(")")[2].split()
                yield int(path.name), int(words[1])


def _descriptors(pid: int) -> set[str]:
    found: set[str] = set()
    with suppress(OSError):
        for each in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                found.add(str(each.readlink()))
    return found


def _address_of(buffer: bytearray) -> int:
    # Only for this one pointer; ctypes is in the standard library, and numpy, say, is not the arbiter's.
    return ctypes.addressof((ctypes.c_char * len(buffer)).from_buffer(buffer))
