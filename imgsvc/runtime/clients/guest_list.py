"""Who is in the connection thread, and who goes when there are too many: who holds least of what somebody waits for."""

import selectors
from collections.abc import Callable, Iterator
from contextlib import suppress

from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.clients.guests import Guest, Phase
from imgsvc.runtime.clients.spool import spooled_bytes
from imgsvc.runtime.settings import RuntimeSettings

# A request that is not whole is nobody's work yet, a good-bye is not needed; a picture half sent was made, and is lost.
_GO_FIRST = (Phase.READING, Phase.LINGERING, Phase.SENDING)


class GuestList:
    """In the order in which they came, each with what it waits for in `selector`."""

    def __init__(self, selector: selectors.BaseSelector, settings: RuntimeSettings, most: int) -> None:
        self._selector = selector
        self._most = most
        self._most_held = settings.max_unsent_megabytes << 20
        self._most_in_files = settings.max_spooled_megabytes << 20
        self._guests: dict[int, Guest] = {}

    def __len__(self) -> int:
        return len(self._guests)

    def __iter__(self) -> Iterator[Guest]:
        """Those who are here now, whatever becomes of them meanwhile."""
        return iter(list(self._guests.values()))

    def of(self, descriptor: int) -> Guest | None:
        """Who has this descriptor."""
        return self._guests.get(descriptor)

    def admit(self, guest: Guest) -> bool:
        """Take in; whether its connection is open."""
        try:
            self._selector.register(guest.descriptor, guest.events, guest.phase)
        except (OSError, ValueError):
            return False
        self._guests[guest.descriptor] = guest
        return True

    def update(self, guest: Guest) -> None:
        """Wait for what it waits for now."""
        with suppress(OSError, ValueError, KeyError):
            key = self._selector.get_key(guest.descriptor)
            if key.data is not guest.phase:
                self._selector.modify(key.fd, guest.events, guest.phase)

    def forget(self, guest: Guest) -> None:
        """Let go; its connection is open still."""
        self._guests.pop(guest.descriptor, None)
        with suppress(OSError, ValueError, KeyError):
            self._selector.unregister(guest.descriptor)

    def surplus(self) -> list[Guest]:
        """Who has to go, so that the others are no more than allowed, and hold no more in memory and in files."""
        going = self._beyond_count()
        held = [guest for guest in self if guest.connection.unsent_bytes and guest not in going]
        # An only answer may be larger than what is held in memory of all; a file may not.
        going += _beyond(held[:-1], lambda each: each.held_bytes, self._most_held - _held_by(held[-1:]))
        # The worker's main thread may be filling a file too.
        in_files = [guest for guest in held if guest not in going]
        others = spooled_bytes() - sum(guest.connection.file_bytes for guest in in_files)
        return going + _beyond(in_files, lambda each: each.file_bytes, self._most_in_files - others)

    def _beyond_count(self) -> list[Guest]:
        count = len(self._guests) - self._most
        return sorted(self, key=lambda guest: _GO_FIRST.index(guest.phase))[:count] if count > 0 else []


def _held_by(guests: list[Guest]) -> int:
    return sum(guest.connection.held_bytes for guest in guests)


def _beyond(guests: list[Guest], size_of: Callable[[Connection], int], limit: int) -> list[Guest]:
    """The oldest ones, until the others together have no more than `limit`."""
    total, going = sum(size_of(guest.connection) for guest in guests), []
    for guest in guests:
        if total <= limit:
            break
        if size := size_of(guest.connection):
            total -= size
            going.append(guest)
    return going
