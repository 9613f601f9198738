"""How many workers make pictures at once: two for each core, in the order in which their sources were there.

There are more workers than that, for sources are waited for. Were all of them to make pictures at once, none would be
made sooner, and each would hold its memory for longer.
Nothing is locked: a ticket lies in the worker's slot, and goes with its worker. Nobody waits for long, so that a
process that was stopped while it had one costs the others a moment, and no more.
"""

import os
from collections.abc import Callable

from imgsvc.runtime.board.layout import LIVE, Live
from imgsvc.runtime.board.scoreboard import Scoreboard
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.deadline import Deadline

PER_CORE = 2
LONGEST_SECONDS = 1.0
_PAUSE_SECONDS = 0.002


def at_once() -> int:
    """As many as keep this process's cores busy: one that waits for memory leaves its core to another."""
    return PER_CORE * len(os.sched_getaffinity(0))


class Cores:
    """One worker's way to a core."""

    def __init__(self, board: Scoreboard, slot: Slot, places: int) -> None:
        self._board = board
        self._slot = slot
        self._places = places

    def enter(self, deadline: Deadline, is_gone: Callable[[], bool]) -> None:
        """Wait for a place among those who make pictures; not for long, and not for a client that `is_gone`.

        RequestTimeoutError where there is no time left to make one.
        """
        self._slot.take_ticket()
        try:
            wait = deadline.within(LONGEST_SECONDS)
            wait.wait_until(lambda: self._before_us() < self._places or is_gone(), _PAUSE_SECONDS)
            deadline.check("a core")
        except BaseException:
            self.leave()
            raise

    def leave(self) -> None:
        """Make place for the next one."""
        self._slot.return_ticket()

    def _before_us(self) -> int:
        us = self._slot.live(Live.TICKET), self._slot.number
        tickets = ((words[LIVE[Live.TICKET]], number) for number, words in enumerate(self._board.slots_words()))
        return sum(ticket[0] > 0 and ticket < us for ticket in tickets)
