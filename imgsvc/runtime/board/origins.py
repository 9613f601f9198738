"""Which origins' fetches are counted apart: each of these has a row in the board's head, the others share one.

A row is given once and for as long as the server runs, so that no count ever falls, and there are never more of them.
The later an origin comes, the more it has to be asked: the first one gets a row at once, the last one when one worker
has asked it as often as there are rows. So who asks for anything, once, does not take the rows away from the others.
One that no URL names, but the operator, has its row at once.
"""

import fcntl
from contextlib import suppress

from imgsvc.runtime.board.layout import HEAD_ORIGINS, ORIGIN_BYTES, ORIGIN_WORDS, ORIGINS
from imgsvc.runtime.board.scoreboard import Scoreboard

OTHER = "other"
# Origins without a row that a worker keeps count of.
_REMEMBERED = 256


class Origins:
    """One worker's way to the rows."""

    def __init__(self, board: Scoreboard) -> None:
        self._words = board.words
        self._descriptor = board.descriptor
        self._rows: dict[int, int] = {}
        self._asked: dict[int, int] = {}

    def row(self, origin: int, name: str, *, is_operators: bool = False) -> int:
        """The row of the origin with this hash; ORIGINS, that of all others, where it has none."""
        if origin in self._rows:
            return self._rows[origin]
        if origin not in self._asked and len(self._asked) >= _REMEMBERED:
            self._asked.clear()
        self._asked[origin] = self._asked.get(origin, 0) + 1
        self._rows = {given: row for row, given in enumerate(self._given())}
        least = ORIGINS if is_operators else min(ORIGINS, self._asked[origin])
        if origin not in self._rows and len(self._rows) < least:
            self._claim(origin, name)
        return self._rows.get(origin, ORIGINS)

    def _given(self) -> list[int]:
        """The hashes in the rows, which are filled from the first one on."""
        hashes = self._words[HEAD_ORIGINS : HEAD_ORIGINS + ORIGINS * ORIGIN_WORDS : ORIGIN_WORDS].tolist()
        return hashes[: hashes.index(0)] if 0 in hashes else hashes

    def _claim(self, origin: int, name: str) -> None:
        """Take the next row; another time if somebody else is at it just now: nobody waits, and no lock outlives us."""
        with suppress(OSError):
            fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            try:
                given = self._given()
                if origin not in given and len(given) < ORIGINS:
                    self._write(len(given), origin, name)
                self._rows = {each: row for row, each in enumerate(self._given())}
            finally:
                fcntl.lockf(self._descriptor, fcntl.LOCK_UN)

    def _write(self, row: int, origin: int, name: str) -> None:
        """The name first: whoever sees the hash sees all of it."""
        first = HEAD_ORIGINS + row * ORIGIN_WORDS
        data = name.encode("utf-8", "replace")[:ORIGIN_BYTES].ljust(ORIGIN_BYTES, b"\0")
        self._words[first + 1 : first + ORIGIN_WORDS] = memoryview(data).cast("Q")
        self._words[first] = origin


def origin_names(board: Scoreboard) -> list[str]:
    """The names in the rows that are given, in their order."""
    found = []
    for row in range(ORIGINS):
        first = HEAD_ORIGINS + row * ORIGIN_WORDS
        if not board.words[first]:
            break
        data = bytes(board.words[first + 1 : first + ORIGIN_WORDS])
        found.append(data.rstrip(b"\0").decode("utf-8", "replace"))
    return found
