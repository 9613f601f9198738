"""Lends libjxl memory, up to a bound.

SECURITY: a picture may be drawn out of frames that it never shows, of any size and kept in a few bytes; libjxl tells of
none of them. What it cannot have makes it say that the file is damaged.
"""

import ctypes
from functools import cache
from typing import Any

# In so many bytes small pictures are decoded, whatever is in them: of libjxl's own test files in 14 million.
_LEAST = 64 << 20
# What a sample of large ones takes: of those files 28 bytes at most.
_OF_A_SAMPLE = 32

_POINTER, _BYTES = ctypes.c_void_p, ctypes.c_size_t
_Take, _Give = ctypes.CFUNCTYPE(_POINTER, _POINTER, _BYTES), ctypes.CFUNCTYPE(None, _POINTER, _POINTER)


def room_for(samples: int = 0) -> int:
    """How many bytes a picture of so many samples may take."""
    return _LEAST + _OF_A_SAMPLE * samples


class _Manager(ctypes.Structure):
    """JxlMemoryManager."""

    _fields_ = (("owner", _POINTER), ("take", _Take), ("give", _Give))


class Memory:
    """So many bytes at once, and no more; it has to outlive who borrows of it."""

    def __init__(self, most_bytes: int) -> None:
        """None is lent yet."""
        self.most_bytes, self.lent = most_bytes, 0
        self._lengths = dict[int, int]()
        self.was_refused = False
        self._manager = _Manager(None, _Take(self.take), _Give(self.give))

    @property
    def manager(self) -> Any:
        """What libjxl is handed."""
        return ctypes.byref(self._manager)

    def take(self, _owner: int | None, length: int) -> int | None:
        """Where so many bytes are; None where they are too many, or there is no more."""
        if self.lent + length > self.most_bytes:
            self.was_refused = True
            return None
        place: int | None = _libc().malloc(length)
        if place:
            self._lengths[place] = length
            self.lent += length
        return place

    def give(self, _owner: int | None, place: int | None) -> None:
        """Have them back."""
        if place:
            self.lent -= self._lengths.pop(place)
            _libc().free(place)


@cache
def _libc() -> ctypes.CDLL:
    found = ctypes.CDLL(None)
    found.malloc.argtypes, found.malloc.restype = (_BYTES,), _POINTER
    found.free.argtypes, found.free.restype = (_POINTER,), None
    return found
