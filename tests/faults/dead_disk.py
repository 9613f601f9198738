"""A file system that is there and never answers, as a network disk whose server is gone: FUSE without its daemon."""

import ctypes
import os
import select
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_HEADER = struct.Struct("=IIQQIIII")
_INIT, _GETATTR = 26, 3
_ROOT_DIRECTORY = 0o040755
# struct fuse_init_out of protocol 7.31: major, minor, readahead, flags, and what is left at its least.
_INIT_OUT = struct.Struct("=IIIIHHIIHHI7I")
# struct fuse_attr_out: how long it may be kept, then the attributes, of which only the mode says something.
_ATTR_OUT = struct.Struct("=QII6Q10I")
_libc = ctypes.CDLL(None, use_errno=True)


@contextmanager
def dead_disk(folder: Path) -> Iterator[Path]:
    """Mount one at `folder`: its root can be looked at, and whoever opens anything in it waits until it is gone."""
    device = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0,allow_other".encode()
    if _libc.mount(b"dead", str(folder).encode(), b"fuse.dead", 0, options):
        error = ctypes.get_errno()
        os.close(device)
        raise OSError(error, os.strerror(error))
    ends = threading.Event()
    daemon = threading.Thread(target=_answer_little, args=(device, ends), daemon=True)
    daemon.start()
    try:
        yield folder
    finally:
        ends.set()
        daemon.join()
        # With its last descriptor the kernel gives up whoever waits.
        os.close(device)
        _libc.umount2(str(folder).encode(), 2)


def _answer_little(device: int, ends: threading.Event) -> None:
    with suppress(OSError):
        while not ends.is_set():
            if not select.select([device], [], [], 0.1)[0]:
                continue
            _, opcode, unique, *_ = _HEADER.unpack_from(os.read(device, 1 << 20))
            if opcode == _INIT:
                body = _INIT_OUT.pack(7, 31, 0, 0, 0, 0, 4096, 0, 0, 0, 0, *[0] * 7)
            elif opcode == _GETATTR:
                body = _ATTR_OUT.pack(3600, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, _ROOT_DIRECTORY, 2, 0, 0, 0, 4096, 0)
            else:
                continue
            os.write(device, struct.pack("=IiQ", 16 + len(body), 0, unique) + body)
