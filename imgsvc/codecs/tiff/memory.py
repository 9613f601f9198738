"""A file that libtiff reads where it lies in memory: of a large one no second copy is made.

It asks for the place once, and reads there by itself then, as it reads a file that is mapped; the other calls are for
what it reads before, and for old JPEG.
"""

import ctypes
import os
from dataclasses import dataclass
from itertools import count

_HANDLE, _OFFSET, _SIZE, _INTEGER = ctypes.c_void_p, ctypes.c_uint64, ctypes.c_ssize_t, ctypes.c_int


@dataclass(slots=True)
class _File:
    data: bytes
    at: int = 0


_files: dict[int, _File] = {}
_names = count(1)


def keep(data: bytes) -> int:
    """The name by which libtiff asks for it; it is kept until libtiff closes it."""
    name = next(_names)
    _files[name] = _File(data)
    return name


def forget(name: int) -> None:
    """It is not needed any more."""
    _files.pop(name, None)


def _read(name: int, into: int, count: int) -> int:
    file = _files[name]
    part = file.data[file.at : file.at + max(0, count)]
    ctypes.memmove(into, part, len(part))
    file.at += len(part)
    return len(part)


def _write(_name: int, _source: int, _count: int) -> int:
    return -1


def _seek(name: int, offset: int, whence: int) -> int:
    file = _files[name]
    if whence == os.SEEK_SET:
        file.at = offset
    else:
        # What goes back has come without its sign.
        by = ctypes.c_int64(offset).value
        file.at = max(0, by + (file.at if whence == os.SEEK_CUR else len(file.data)))
    return file.at


def _close(name: int) -> int:
    forget(name)
    return 0


def _size(name: int) -> int:
    return len(_files[name].data)


def _map(name: int, base: "ctypes._Pointer[ctypes.c_void_p]", size: "ctypes._Pointer[ctypes.c_uint64]") -> int:
    data = _files[name].data
    base[0] = ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p)
    size[0] = ctypes.c_uint64(len(data))
    return 1


def _unmap(_name: int, _base: int, _size: int) -> None:
    """It stays where it is."""


# What libtiff is given to call, in its order.
CALLS = (
    ctypes.CFUNCTYPE(_SIZE, _HANDLE, _HANDLE, _SIZE)(_read),
    ctypes.CFUNCTYPE(_SIZE, _HANDLE, _HANDLE, _SIZE)(_write),
    ctypes.CFUNCTYPE(_OFFSET, _HANDLE, _OFFSET, _INTEGER)(_seek),
    ctypes.CFUNCTYPE(_INTEGER, _HANDLE)(_close),
    ctypes.CFUNCTYPE(_OFFSET, _HANDLE)(_size),
    ctypes.CFUNCTYPE(_INTEGER, _HANDLE, ctypes.POINTER(_HANDLE), ctypes.POINTER(_OFFSET))(_map),
    ctypes.CFUNCTYPE(None, _HANDLE, _HANDLE, _OFFSET)(_unmap),
)
