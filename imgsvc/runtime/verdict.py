"""The observer's verdict, in the scoreboard's head: is the server ready? Told by the observer, asked for by workers.

Two words, the verdict and when it was told; read and written through the file, so that nobody needs to have it mapped.
"""

import os
import struct
import time

from imgsvc.runtime.layout import HEAD_VERDICT, WORD
from imgsvc.runtime.scoreboard import path_of

# The observer's own request for health, which must not hang on the verdict that it leads to.
CANARY_HEADER = "x-imgsvc-canary"
# An observer that said nothing for so long is gone, and its last word counts no more.
_LASTING_SECONDS = 5.0
_WORDS = struct.Struct("=QQ")
_READY, _LOST = 1, 2


def tell(arbiter_pid: int, *, is_ready: bool) -> None:
    """Write the verdict down; in vain where there is no scoreboard any more."""
    words = _WORDS.pack(_READY if is_ready else _LOST, time.monotonic_ns())
    try:
        descriptor = os.open(path_of(arbiter_pid), os.O_WRONLY | os.O_CLOEXEC)
    except OSError:
        return
    try:
        os.pwrite(descriptor, words, HEAD_VERDICT * WORD)
    finally:
        os.close(descriptor)


def is_lost(arbiter_pid: int) -> bool:
    """Whether the observer says that the server is not ready; no if nobody says anything."""
    try:
        descriptor = os.open(path_of(arbiter_pid), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        words = os.pread(descriptor, _WORDS.size, HEAD_VERDICT * WORD)
    finally:
        os.close(descriptor)
    if len(words) < _WORDS.size:
        return False
    verdict, told = _WORDS.unpack(words)
    return bool(verdict == _LOST and time.monotonic() - told / 1e9 < _LASTING_SECONDS)
