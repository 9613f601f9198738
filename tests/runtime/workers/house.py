"""A dispatcher on a board of its own, whose fetches take until a test lets them go."""

import contextlib
import math
import socket
import threading
import time

from gunicorn.config import Config

from imgsvc.runtime.board.layout import COUNTERS
from imgsvc.runtime.board.scoreboard import Scoreboard
from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.clients.health import HealthResponder
from imgsvc.runtime.clients.refusals import Refusals
from imgsvc.runtime.http.health_checks import HealthChecks
from imgsvc.runtime.scope import NotAtOnceError
from imgsvc.runtime.settings import RuntimeSettings
from imgsvc.runtime.workers.dispatching import Dispatcher
from imgsvc.source_url import SourceUrl
from tests.waiting import eventually

SETTINGS = RuntimeSettings(fetches=2, timeout=5, queue_timeout=2)


class Wanted:
    """What is prepared of a request: its fetch takes until it is let go."""

    def __init__(
        self, path, *, has_stand_in=False, is_streamed=False, root="http://a.example", kept=None, is_kept=False
    ):
        self.source = SourceUrl.parse(f"{root}{path}")
        self.awaited = self.source.origin
        self.is_streamed, self.has_stand_in = is_streamed, has_stand_in
        self.began, self.over = threading.Event(), threading.Event()
        self.refusal, self.abandoned, self.is_slow = None, None, False
        # What a store says of it when it is asked; None: there is no store.
        self.kept, self.wants_lookup, self.found = kept, kept is not None, []
        self.is_asked_of_store = threading.Event()
        # Whether something old is.
        self.is_kept = is_kept

    def look_up(self):
        self.is_asked_of_store.set()
        return self.kept()

    def has_found(self, found):
        self.found.append(found)
        return found is not None

    def makes_do(self):
        return self.is_kept

    def fetch(self, patient_seconds=math.inf):
        self.began.set()
        if patient_seconds < 1 and self.is_slow:
            raise NotAtOnceError
        assert self.over.wait(20)

    def refuse(self, error):
        self.refusal = error
        return self.has_stand_in

    def begin(self):
        pass

    def end(self):
        pass

    def abandon(self, status):
        self.abandoned = status


class Application:
    """Paths below /image want a source; it keeps what it prepared."""

    held_bytes = 0

    def __init__(self):
        self.prepared = []
        self.kind = {}

    def __call__(self, environ):
        if not environ["PATH_INFO"].startswith("/image"):
            return None
        self.prepared.append(Wanted(environ["PATH_INFO"], **self.kind))
        return self.prepared[-1]


class House:
    """A dispatcher with a board, whose clients sit on real sockets."""

    def __init__(self, settings=SETTINGS, passing=None):
        self.board = Scoreboard.create(2)
        self.slots = [self.board.reserve() for _ in range(2)]
        self.slot, self.late = self.slots[0], 0.0
        self.app, self.seen_off = Application(), []
        refusals = Refusals(self.slot)
        self.made = Dispatcher(
            Config(),
            settings,
            self.slot,
            self.board,
            refusals,
            self.see_off,
            HealthResponder(HealthChecks(), refusals),
            self.app,
            passing,
            self.now,
        )
        self.open = contextlib.ExitStack()

    def now(self):
        return time.monotonic() + self.late

    def see_off(self, connection):
        self.seen_off.append(connection)
        connection.flush()

    def comes(self, target="/image/cat.png", age=0.0):
        """A client with a whole request, which waits for so long and is taken in."""
        client, connection = self.pair(target, age)
        self.made.take_in(connection)
        return client

    def comes_to_main(self, target="/image/cat.png"):
        """The same on the main thread, which has nothing to do; what it is to fetch itself."""
        _, connection = self.pair(target)
        return self.made.take_in_on_main(connection)

    def pair(self, target, age=0.0):
        ours, client = socket.socketpair()
        client.settimeout(10)
        self.open.enter_context(client)
        connection = Connection.adopt(ours, ("192.0.2.1", 1), ("192.0.2.2", 2))
        self.open.callback(connection.discard)
        client.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        connection.fill()
        connection.queued -= age
        return client, connection

    def serve(self, seconds=0.001, count=1):
        """The main thread takes so many requests, each for so long."""
        for _ in range(count):
            request = self.made.ready.take()
            if request:
                self.made.begins()
            self.made.ended(seconds)

    def looks_in_time(self):
        """A look that nothing has kept from coming."""
        self.made._waiting._looked = self.now()
        self.made.look()

    def counted(self, counter):
        return self.slot.words[COUNTERS[counter]]

    def end(self):
        for each in self.app.prepared:
            each.over.set()
        eventually(lambda: not self.made.fetching.in_flight())
        self.open.close()
        self.board.close()
