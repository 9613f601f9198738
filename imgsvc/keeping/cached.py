"""Reads a file as far as the system has it in memory, so that a disk which hangs holds nobody.

openat2(2) with RESOLVE_CACHED finds the file in the caches of names or not at all, preadv2(2) with RWF_NOWAIT its bytes
in the cache of pages. Where one of them is not to be had, as on a kernel before 5.12, nothing is ever there at once.
"""

import ctypes
import os

from imgsvc.runtime.scope import NotAtOnceError

# The same on all machines, as of all system calls that are younger than 5.0.
_OPENAT2 = 437
_AT_FDCWD = -100
_RESOLVE_CACHED = 0x20
# SECURITY: a FIFO in a file's place would block whoever reads it.
READING = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC

# PERF: it keeps the interpreter's lock, for it waits for nothing.
_SYSCALL = ctypes.PyDLL(None).syscall
_SYSCALL.restype = ctypes.c_long
# struct open_how: flags, mode, resolve.
_HOW = (ctypes.c_uint64 * 3)(READING, 0, _RESOLVE_CACHED)
_HOW_AT, _HOW_BYTES = ctypes.byref(_HOW), ctypes.sizeof(_HOW)


def read_cached(path: str, most_bytes: int) -> bytes | None:
    """What is in a file of at most so many bytes, None of a larger one; NotAtOnceError where that has to be waited for.

    Or where there is no such file, for that is seldom known from memory.
    """
    descriptor = _SYSCALL(_OPENAT2, _AT_FDCWD, os.fsencode(path), _HOW_AT, _HOW_BYTES)
    if descriptor < 0:
        raise NotAtOnceError("nothing is known of it")
    try:
        size = os.fstat(descriptor).st_size
        if size > most_bytes:
            return None
        found = bytearray(size)
        if os.preadv(descriptor, [found], 0, os.RWF_NOWAIT) < size:
            raise NotAtOnceError("it is there in part")
        return bytes(found)
    except OSError as error:
        raise NotAtOnceError("it is not in memory") from error
    finally:
        os.close(descriptor)
