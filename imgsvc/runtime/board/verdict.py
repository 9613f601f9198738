"""The observer's verdict, in the scoreboard's head: is the server ready? Told by the observer, asked for by workers."""

import os
import struct
import time

from imgsvc.runtime.board.layout import HEAD_VERDICT, WORD
from imgsvc.runtime.board.scoreboard import Scoreboard

# The observer's own request for health, which must not hang on the verdict that it leads to.
CANARY_HEADER = "x-imgsvc-canary"
# An observer that said nothing for so long is gone, and its last word counts no more.
_LASTING_SECONDS = 5.0
_WORDS = struct.Struct("=QQ")
_READY, _LOST = 1, 2

# The board that a worker's server has; none under another server.
_followed: Scoreboard | None = None


def tell(board: Scoreboard, *, is_ready: bool) -> None:
    """Write the verdict down: it and when it was told, past the observer's mapping, which is for reading."""
    words = _WORDS.pack(_READY if is_ready else _LOST, time.monotonic_ns())
    os.pwrite(board.descriptor, words, HEAD_VERDICT * WORD)


def follow(board: Scoreboard | None) -> None:
    """Ask this board from now on."""
    global _followed
    _followed = board


def is_lost() -> bool:
    """Whether the observer says that the server is not ready; no if nobody says anything."""
    if _followed is None:
        return False
    verdict, told = _followed.words[HEAD_VERDICT : HEAD_VERDICT + 2]
    return verdict == _LOST and time.monotonic() - told / 1e9 < _LASTING_SECONDS
