"""Memory that a test takes for certain: a heap that other tests have made may have had the room, and may keep it."""

import mmap

_CHUNK = bytes(1 << 20)


def take(megabytes: int) -> None:
    """Touch pages of this process's own, and give them back."""
    with mmap.mmap(-1, megabytes << 20) as pages:
        for _ in range(megabytes):
            pages.write(_CHUNK)
