"""The observer's HTTP: five small pages for many clients, none of which can keep the others from theirs.

One thread does it all and waits for nobody. A head and an answer have a deadline each; where there are more clients
than places, whoever has come least far goes, and strangers never have all of them: a machine's own checks come in.
"""

import ipaddress
import logging
import queue
import resource
import selectors
import socket
import threading
import time
from collections.abc import Iterable
from contextlib import suppress

from imgsvc.observer.clients.client import Client, Phase
from imgsvc.observer.clients.page import Make, Page, Pages, Slow

_LOG = logging.getLogger(__name__)

_MOST_CLIENTS = 256
_LEAST_CLIENTS = 8
# For files, pipes and the canary's own connection.
_OTHER_DESCRIPTORS = 40
_QUEUE = 128
# There is somebody, and nothing to take him with.
_PAUSE_SECONDS = 0.05
_FAILED = Page.refusal(500)


class Listener:
    """Serves pages by path; `fallback` is for every other path, and `private` pages are for this machine alone."""

    def __init__(
        self, address: tuple[str, int], pages: Pages, fallback: Make, *, private: frozenset[str] = frozenset()
    ) -> None:
        self._pages, self._fallback, self._private = pages, fallback, private
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._socket = socket.create_server(address, family=family, backlog=_QUEUE)
        self._socket.setblocking(False)
        self.address: tuple[str, int] = self._socket.getsockname()[:2]
        self.most = most_clients()
        self._clients: dict[int, Client] = {}
        self._making: dict[Make, list[Client]] = {}
        self._made: queue.SimpleQueue[tuple[Make, Page]] = queue.SimpleQueue()
        self._is_over = False
        self._woken, self._waker = socket.socketpair()
        self._selector = selectors.DefaultSelector()
        for each in (self._socket, self._woken):
            each.setblocking(False)
            self._selector.register(each, selectors.EVENT_READ)

    def serve_forever(self) -> None:
        """Until `shutdown`."""
        while not self._is_over:
            try:
                self._turn()
            except Exception:  # noqa: BLE001
                # One more client's trouble must not be everybody's.
                _LOG.exception("a turn of the observer's listener failed")
                time.sleep(_PAUSE_SECONDS)
        for client in list(self._clients.values()):
            self._drop(client)
        for each in (self._selector, self._socket, self._woken, self._waker):
            each.close()

    def shutdown(self) -> None:
        """Let the serving thread end."""
        self._is_over = True
        self._wake()

    def page(self, path: str, address: str) -> Make:
        """What makes the page of a path for a client."""
        is_hidden = path in self._private and is_stranger(address)
        return self._fallback if is_hidden else self._pages.get(path, self._fallback)

    def _turn(self) -> None:
        deadline = min((client.deadline for client in self._clients.values()), default=None)
        seconds = None if deadline is None else max(0.0, deadline - time.monotonic())
        for key, events in self._selector.select(seconds):
            if key.fileobj is self._socket:
                self._accept()
            elif key.fileobj is self._woken:
                self._hand_out()
            elif client := self._clients.get(key.fd):
                self._go_on(client, events)
        now = time.monotonic()
        for client in [each for each in self._clients.values() if each.deadline <= now]:
            if client.expire(now):
                self._watch(client)
            else:
                self._drop(client)

    def _accept(self) -> None:
        try:
            connection, peer = self._socket.accept()
        except BlockingIOError:
            return
        except OSError:
            if not self._make_room(self._clients.values()):
                time.sleep(_PAUSE_SECONDS)
            return
        client = Client(connection, peer[0], is_stranger(peer[0]), time.monotonic())
        if not self._has_room(client):
            connection.close()
            return
        connection.setblocking(False)
        self._clients[connection.fileno()] = client
        self._selector.register(connection, selectors.EVENT_READ)

    def _has_room(self, client: Client) -> bool:
        """Whether there is a place, after somebody had to go if need be; strangers have half of them at most."""
        strangers = [each for each in self._clients.values() if each.is_stranger]
        if client.is_stranger and len(strangers) >= self.most // 2:
            return self._make_room(strangers)
        return len(self._clients) < self.most or self._make_room(self._clients.values())

    def _make_room(self, clients: Iterable[Client]) -> bool:
        """Let one of these go: who has come least far, and of those the first; nobody who waits for us."""
        found = min(clients, key=lambda each: (each.phase, each.since), default=None)
        if found is None or found.phase is Phase.WAITING:
            return False
        self._drop(found)
        return True

    def _go_on(self, client: Client, events: int) -> None:
        now = time.monotonic()
        is_of_use = client.read(now) if events & selectors.EVENT_READ else True
        if is_of_use and client.phase is Phase.WAITING and client.request:
            self._make(client, self.page(client.request.path, client.address))
        if is_of_use and client.phase is Phase.SENDING:
            is_of_use = client.send(now)
        if is_of_use:
            self._watch(client)
        else:
            self._drop(client)

    def _make(self, client: Client, make: Make) -> None:
        if not isinstance(make, Slow):
            client.answer(made(make), time.monotonic())
        elif make in self._making:
            self._making[make].append(client)
        else:
            self._making[make] = [client]
            self._begin(make)

    def _begin(self, make: Slow) -> None:
        """Make a page beside the others; here, where there is no thread to be had."""

        def work() -> None:
            self._made.put((make, made(make)))
            self._wake()

        try:
            threading.Thread(target=work, name="page", daemon=True).start()
        except RuntimeError:
            work()

    def _hand_out(self) -> None:
        with suppress(BlockingIOError):
            self._woken.recv(4096)
        now = time.monotonic()
        while not self._made.empty():
            make, page = self._made.get()
            for client in self._making.pop(make, []):
                if self._clients.get(client.connection.fileno()) is client:
                    client.answer(page, now)
                    self._watch(client)

    def _watch(self, client: Client) -> None:
        self._forget(client)
        if client.phase is not Phase.WAITING:
            events = selectors.EVENT_WRITE if client.phase is Phase.SENDING else selectors.EVENT_READ
            self._selector.register(client.connection, events)

    def _forget(self, client: Client) -> None:
        with suppress(KeyError, ValueError):
            self._selector.unregister(client.connection)

    def _drop(self, client: Client) -> None:
        self._clients.pop(client.connection.fileno(), None)
        self._forget(client)
        client.connection.close()

    def _wake(self) -> None:
        with suppress(OSError):
            self._waker.send(b"x")


def made(make: Make) -> Page:
    """The page; one that cannot be made is said to be, and is no reason to serve no others."""
    try:
        return make()
    except Exception:  # noqa: BLE001 (whatever it is)
        _LOG.exception("a page cannot be made")
        return _FAILED


def is_stranger(address: str) -> bool:
    """Whether a client is on another machine."""
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return not (mapped or found).is_loopback


def most_clients() -> int:
    """Clients at once, as far as descriptors go."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(_LEAST_CLIENTS, min(_MOST_CLIENTS, soft - _OTHER_DESCRIPTORS))
