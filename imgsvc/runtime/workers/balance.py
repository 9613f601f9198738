"""Newcomers go to the worker that has least to do: a socket that was accepted stays where it is.

Each worker writes down how many requests it has in hand, and looks at the others before it accepts.
"""

from imgsvc.runtime.board.scoreboard import Scoreboard


class Balance:
    """One worker's load among all others'."""

    def __init__(self, board: Scoreboard | None, number: int) -> None:
        self._loads = board.loads if board and number >= 0 else None
        self._number = number

    def tell(self, count: int) -> None:
        """Say how many requests this worker has in hand."""
        if self._loads is not None:
            # 0 is who takes none.
            self._loads[self._number] = count + 1

    def leave(self) -> None:
        """Take none any more."""
        if self._loads is not None:
            self._loads[self._number] = 0

    def is_alone(self) -> bool:
        """Whether no other worker takes requests."""
        return self._loads is None or sum(1 for each in self._loads.tolist() if each) - self._takes() <= 0

    def is_another_better(self) -> bool:
        """Whether somebody has at least two fewer in hand, or none: so no two leave a newcomer to each other."""
        if self._loads is None or (mine := self._loads[self._number]) <= 1:
            return False
        return any(each == 1 or 1 < each < mine - 1 for each in self._loads.tolist())

    def is_another_idle(self) -> bool:
        """Whether somebody has nothing to do."""
        if self._loads is None:
            return False
        return any(each == 1 for number, each in enumerate(self._loads.tolist()) if number != self._number)

    def _takes(self) -> int:
        return int(self._loads is not None and self._loads[self._number] > 0)
