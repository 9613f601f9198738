"""The bytes of sources that a worker holds at once: a budget, out of which each source is reserved before it is read.

Who cannot reserve does not read, and TCP holds its origin back. The first bytes of every source are free, so that small
ones never wait; the rest is shared by the large ones, first come first served:

- One whose length is known has all of it before it begins, and needs nothing more to end.
- One whose length is not known, or too large to be believed, grows as it comes. Those may hold half of what is shared,
  and the oldest of them the other half as well.
- Where all who hold some wait for more, the oldest of them goes on, whatever it takes: there is no deadlock.
- Those of one origin may hold half, while those of another want some.
"""

import math
import select
import threading
from dataclasses import dataclass, field

from imgsvc.runtime.scope import Scope
from imgsvc.sources.budget import Budget
from imgsvc.sources.events import PollableEvent

MEBIBYTE = 1 << 20
MAX_BYTES = 128 * MEBIBYTE
# Of every source.
FREE_BYTES = MEBIBYTE


@dataclass(eq=False, slots=True)
class Entry:
    """What one source holds, and what it wants to hold, of the shared bytes."""

    owner: str = ""
    held: int = 0
    wanted: int = 0
    grows: bool = False
    # What the worker is at just now waits for nobody: nobody else would give anything back before.
    is_urgent: bool = False
    # Set when it may go on.
    goes_on: PollableEvent | None = None

    @property
    def more(self) -> int:
        """What it waits for; 0 where it goes on."""
        return self.wanted - self.held


@dataclass(slots=True)
class Ledger:
    """Who holds how much of the `shared` bytes, in the order in which they began to."""

    shared: int
    entries: list[Entry] = field(default_factory=list)

    @property
    def held(self) -> int:
        """By all together."""
        return sum(each.held for each in self.entries)

    def ask(self, entry: Entry, wanted: int, *, grows: bool) -> list[Entry]:
        """Let an entry want so much in all; who goes on now, this one among them if it may."""
        entry.wanted, entry.grows = max(wanted, entry.held if grows else 0), grows
        entry.held = min(entry.held, entry.wanted)
        if entry not in self.entries:
            self.entries.append(entry)
        return self._granted()

    def give_back(self, entry: Entry) -> list[Entry]:
        """Take all from an entry; who goes on now."""
        entry.held, entry.wanted, entry.grows = 0, 0, False
        if entry in self.entries:
            self.entries.remove(entry)
        return self._granted()

    def _granted(self) -> list[Entry]:
        granted = []
        is_full = False
        for entry in [each for each in self.entries if each.more]:
            fits = self.held + entry.more <= self.shared
            # One that would fit does not overtake an older one that does not; but who holds some ends the sooner.
            overtakes = is_full and not entry.held
            if entry.is_urgent or (fits and not overtakes and self._is_fair(entry)):
                entry.held = entry.wanted
                granted.append(entry)
            is_full = is_full or not fits
        return granted or self._forced()

    def _forced(self) -> list[Entry]:
        """Where nobody who holds some would ever give it back: the oldest of them, or of all."""
        waiting = [each for each in self.entries if each.more]
        holding = [each for each in self.entries if each.held]
        if not waiting or any(not each.more for each in holding):
            return []
        first = (holding or waiting)[0]
        first.held = first.wanted
        return [first]

    def _is_fair(self, entry: Entry) -> bool:
        if any(each.owner != entry.owner for each in self.entries):
            of_owner = sum(each.held for each in self.entries if each.owner == entry.owner)
            if 2 * (of_owner + entry.more) > self.shared:
                return False
        growing = [each for each in self.entries if each.grows]
        if not entry.grows or entry is growing[0]:
            return True
        return 2 * (sum(each.held for each in growing[1:]) + entry.more) <= self.shared


class ByteBudget:
    """Of one worker, which has at most so many `claims` to it at once; for any number of threads."""

    def __init__(self, max_bytes: int = MAX_BYTES, claims: int = 1) -> None:
        self.free = min(FREE_BYTES, max_bytes // (2 * claims))
        self._ledger = Ledger(max_bytes - self.free * claims)
        self._lock = threading.Lock()

    @property
    def held(self) -> int:
        """Bytes that are reserved, less those that are free."""
        return self._ledger.held

    def claim(self, owner: str = "") -> "Claim":
        """That of one request; `owner` is its source's origin."""
        return Claim(self, Entry(owner))

    def is_believed(self, size: int) -> bool:
        """Whether a source that says that it is so large is waited for until there is room for all of it."""
        return 2 * (size - self.free) <= self._ledger.shared

    def ask(self, entry: Entry, wanted: int, *, grows: bool) -> PollableEvent | None:
        """Want so much of what is shared; what to wait for, if it cannot be had now."""
        with self._lock:
            granted = self._ledger.ask(entry, wanted, grows=grows)
            entry.goes_on = PollableEvent() if entry.more else None
            _wake(granted)
            return entry.goes_on

    def give_back(self, entry: Entry) -> None:
        """Take all from an entry."""
        with self._lock:
            _wake(self._ledger.give_back(entry))


class Claim:
    """What the source of one request takes of the budget: the Credit of its scope, and of its thread alone."""

    def __init__(self, budget: ByteBudget, entry: Entry) -> None:
        self._budget, self._entry = budget, entry
        self._is_entered = False

    def reserve(self, scope: Scope, size: int, *, is_all: bool = False) -> int:
        """Wait until `size` bytes of the source may be held; how many may, which is less where too many are wanted.

        `is_all`: it has no more. Raises what the scope's check raises.
        """
        budget, entry = self._budget, self._entry
        wanted = size - budget.free
        if wanted > entry.held or (is_all and entry.grows):
            if is_all and wanted > entry.held and not budget.is_believed(size):
                return budget.free + entry.held
            self._is_entered = True
            if goes_on := budget.ask(entry, wanted, grows=not is_all):
                Budget(math.inf, scope).wait(goes_on.fileno(), select.POLLIN)
        return budget.free + entry.held

    def hurry(self) -> None:
        """From now on it waits for nobody: the worker is at its picture, and gives nothing back before that is made."""
        self._entry.is_urgent = True

    def release(self) -> None:
        """Give all back; may be called twice, and what is fetched then is reserved anew."""
        if self._is_entered:
            self._is_entered = False
            self._budget.give_back(self._entry)


def _wake(entries: list[Entry]) -> None:
    for each in entries:
        if each.goes_on:
            each.goes_on.set()
            each.goes_on = None
