"""Questions that the kernel answers at once, asked without letting go of the interpreter's lock.

PERF: Python lets go of it around every call that might wait. Where several threads want it, each of these calls costs
two changes of thread, some 50 us, and not the microsecond that the answer takes.
"""

import ctypes
import os
from ctypes import byref, c_int, c_long, c_short, c_size_t, c_ssize_t, c_ulong, c_void_p

# Not CDLL, which lets go.
_LIBC = ctypes.PyDLL(None, use_errno=True)


class _PollFd(ctypes.Structure):
    _fields_ = (("fd", c_int), ("events", c_short), ("revents", c_short))


_LIBC.poll.argtypes = ctypes.POINTER(_PollFd), c_ulong, c_int
_LIBC.ioctl.argtypes = c_int, c_ulong, ctypes.POINTER(c_int)
_LIBC.pread.argtypes = c_int, c_void_p, c_size_t, c_long
_LIBC.pread.restype = c_ssize_t
_LIBC.pwrite.argtypes = c_int, c_void_p, c_size_t, c_long
_LIBC.pwrite.restype = c_ssize_t


def ready(descriptor: int, events: int) -> int:
    """The events of poll() that have come by now, errors and the like among them; 0: none. OSError if it says why."""
    asked = _PollFd(descriptor, events, 0)
    _checked(_LIBC.poll(byref(asked), 1, 0))
    return int(asked.revents)


def count_of(descriptor: int, request: int) -> int:
    """The number that this request of ioctl() tells of a descriptor; OSError if it has none."""
    found = c_int()
    _checked(_LIBC.ioctl(descriptor, request, byref(found)))
    return found.value


def beginning(descriptor: int, size: int) -> bytes:
    """The first bytes of a file that is the kernel's own and on no disk; OSError if it cannot be read."""
    into = ctypes.create_string_buffer(size)
    count = _checked(_LIBC.pread(descriptor, into, size, 0))
    return into.raw[:count]


def tell(descriptor: int, data: bytes) -> bool:
    """Write to a file that is the kernel's own and on no disk; whether it took all of it. OSError if it cannot."""
    return _checked(_LIBC.pwrite(descriptor, data, len(data), 0)) == len(data)


def _checked(answer: int) -> int:
    if answer < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return answer
