"""Who is in the connection thread, and who goes when there are too many: who holds least of what somebody waits for."""

import selectors
from collections.abc import Callable, Iterator
from contextlib import suppress

from imgsvc.runtime.clients.client import Client, Phase
from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.clients.spool import spooled_bytes
from imgsvc.runtime.settings import RuntimeSettings

# A request that is not whole is nobody's work yet, a good-bye is not needed; a picture half sent was made, and is lost.
_GO_FIRST = (Phase.READING, Phase.LINGERING, Phase.SENDING)


class ClientList:
    """In the order in which they came, each with what it waits for in `selector`."""

    def __init__(self, selector: selectors.BaseSelector, settings: RuntimeSettings, most: int) -> None:
        self._selector = selector
        self._most = most
        self._most_held = settings.max_unsent_megabytes << 20
        self._most_in_files = settings.max_spooled_megabytes << 20
        self._clients: dict[int, Client] = {}

    def __len__(self) -> int:
        return len(self._clients)

    def __iter__(self) -> Iterator[Client]:
        """Those who are here now, whatever becomes of them meanwhile."""
        return iter(list(self._clients.values()))

    def of(self, descriptor: int) -> Client | None:
        """Who has this descriptor."""
        return self._clients.get(descriptor)

    def admit(self, client: Client) -> bool:
        """Take in, unless it is here already; whether its connection is open."""
        if known := self.of(client.descriptor):
            if known.connection is client.connection:
                return True
            # Whoever had this descriptor was closed by somebody else.
            self.forget(known)
        try:
            self._selector.register(client.descriptor, client.events, client.phase)
        except (OSError, ValueError):
            return False
        self._clients[client.descriptor] = client
        return True

    def update(self, client: Client) -> None:
        """Wait for what it waits for now."""
        with suppress(OSError, ValueError, KeyError):
            key = self._selector.get_key(client.descriptor)
            if key.data is not client.phase:
                self._selector.modify(key.fd, client.events, client.phase)

    def forget(self, client: Client) -> None:
        """Let go; its connection is open still."""
        self._clients.pop(client.descriptor, None)
        with suppress(OSError, ValueError, KeyError):
            self._selector.unregister(client.descriptor)

    def surplus(self) -> list[Client]:
        """Who has to go, so that the others are no more than allowed, and hold no more in memory and in files."""
        going = self._beyond_count()
        held = [client for client in self if client.connection.unsent_bytes and client not in going]
        # An only answer may be larger than what is held in memory of all; a file may not.
        going += _beyond(held[:-1], lambda each: each.held_bytes, self._most_held - _held_by(held[-1:]))
        # The worker's main thread may be filling a file too.
        in_files = [client for client in held if client not in going]
        others = spooled_bytes() - sum(client.connection.file_bytes for client in in_files)
        return going + _beyond(in_files, lambda each: each.file_bytes, self._most_in_files - others)

    def _beyond_count(self) -> list[Client]:
        count = len(self._clients) - self._most
        return sorted(self, key=lambda client: _GO_FIRST.index(client.phase))[:count] if count > 0 else []


def _held_by(clients: list[Client]) -> int:
    return sum(client.connection.held_bytes for client in clients)


def _beyond(clients: list[Client], size_of: Callable[[Connection], int], limit: int) -> list[Client]:
    """The oldest ones, until the others together have no more than `limit`."""
    total, going = sum(size_of(client.connection) for client in clients), []
    for client in clients:
        if total <= limit:
            break
        if size := size_of(client.connection):
            total -= size
            going.append(client)
    return going
