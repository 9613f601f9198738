"""ImageWorker: gunicorn's sync worker, less the ways in which a client or an origin can hold it.

Its main thread makes one picture at a time, as ever. It waits for nobody: clients are the connection thread's, origins
are the fetch threads'.
"""

import logging
import math
import os
import resource
import select
import time
from collections.abc import Iterator
from contextlib import suppress

from gunicorn.workers.sync import SyncWorker

from imgsvc.runtime.board.layout import Counter, State
from imgsvc.runtime.board.scoreboard import Scoreboard
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.clients.accepting import Acceptor
from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.clients.connection_thread import ConnectionThread
from imgsvc.runtime.clients.health import HealthResponder
from imgsvc.runtime.clients.listening import is_held, processes_of_this_user, turn_away
from imgsvc.runtime.clients.newcomers import Newcomers
from imgsvc.runtime.clients.passing import Passing
from imgsvc.runtime.clients.refusals import Refusals
from imgsvc.runtime.gunicorn_patches import freeze, name_server
from imgsvc.runtime.http.answers import words
from imgsvc.runtime.http.health_checks import HealthChecks
from imgsvc.runtime.idle import Idle
from imgsvc.runtime.settings import RuntimeSettings
from imgsvc.runtime.workers.current import CurrentRequest
from imgsvc.runtime.workers.dispatching import Dispatcher
from imgsvc.runtime.workers.last_words import LastWords
from imgsvc.runtime.workers.memory import Housekeeping, keep_heap, limit_addresses
from imgsvc.runtime.workers.recycling import Recycling
from imgsvc.runtime.workers.serving import Serving
from imgsvc.runtime.workers.watchdog import Watchdog

_LOG = logging.getLogger("imgsvc.runtime")

# Between two looks at the arbiter and the heartbeat while nothing happens.
_IDLE_SECONDS = 1.0
# Between two heartbeats while much happens.
_BEAT_SECONDS = 0.1
# With nobody new in the queue for so long, it is empty: a handshake may have been under way.
_QUIET_SECONDS = 0.15
# Of the descriptors that the process may have, for clients that are waited for.
_CONNECTION_SHARE = 0.25


class ImageWorker(SyncWorker):  # type: ignore[misc]
    """A sync worker that no client and no origin can hold.

    The attributes are set by the hooks; the defaults serve where gunicorn runs without our configuration.
    """

    settings = RuntimeSettings()
    board: Scoreboard | None = None
    passing: Passing | None = None
    slot = Slot.private()
    last_words: LastWords | None = None
    # PATH_PREFIX.
    prefix = ""
    health_checks = HealthChecks()
    # Who listens on a socket that systemd handed down goes on when we are gone.
    keeps_queue = False
    # When the server began to serve such a socket's queue; whoever came before has not waited for it.
    opened = -math.inf

    def run(self) -> None:
        """Serve until told to stop, until the arbiter is gone, or until it is time for another worker."""
        self._prepare()
        while self.alive:
            self._turn()
        self._stop()

    def _prepare(self) -> None:
        freeze(self.cfg)
        name_server(words().server)
        limit_addresses(self.settings.max_worker_address_megabytes)
        keep_heap()
        for listener in self.sockets:
            listener.setblocking(False)
        self._make_parts()
        self._housekeeping = Housekeeping()
        self._idle = Idle()
        self._recycling = Recycling(self.settings, self.board)
        self._leaves_by, self._beats_at = math.inf, 0.0
        self._watchdog.start()
        self.slot.idle()
        self._dispatcher.tell()
        self._newcomers = Newcomers(self._acceptor(), self._dispatcher.balance.is_another_better)
        for descriptor in self._newcomers.descriptors:
            self._waking_to_newcomers.register(descriptor, select.POLLIN)
        self._thread.serve(self._newcomers, self._dispatcher)

    def _make_parts(self) -> None:
        last_words = self.last_words or LastWords.prepare()
        last_words.listen()
        self._refusals = Refusals(self.slot, self.prefix)
        self._thread = ConnectionThread(self.settings, self.slot, self._refusals, self._max_connections(), self.passing)
        self._dispatcher = Dispatcher(
            self.cfg,
            self.settings,
            self.slot,
            self.board,
            self._refusals,
            self._thread.see_off,
            HealthResponder(self.health_checks, self._refusals),
            getattr(self.wsgi, "ahead", None),
            self.passing,
        )
        self._ready = self._dispatcher.ready
        self._watchdog = Watchdog(self.slot, last_words, self._refusals, self._thread.finish)
        self._serving = Serving(
            self.wsgi,
            self.settings,
            self.slot,
            self._refusals,
            self._watchdog,
            self._thread.see_off,
            self._dispatcher.fetching.pump,
        )
        self._waking, self._waking_to_newcomers = select.poll(), select.poll()
        for waking in (self._waking, self._waking_to_newcomers):
            waking.register(self.PIPE[0], select.POLLIN)
            waking.register(self._ready.descriptor, select.POLLIN)

    def _acceptor(self) -> Acceptor:
        return Acceptor(
            self.sockets,
            self.settings,
            self.slot,
            self._refusals,
            self._thread.see_off,
            self.opened,
            self.health_checks,
            self.passing,
        )

    def _max_connections(self) -> int:
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        return max(4, min(self.settings.max_worker_connections, int(soft * _CONNECTION_SHARE)))

    def _turn(self) -> None:
        self._beat()
        if not self._thread.is_alive():
            _LOG.critical("Worker %s lost its connection thread and is replaced", self.pid)
            self.alive = False
        elif not self.is_parent_alive():
            self.alive = False
        elif request := self._ready.take():
            self._serve(request)
        elif self._newcomers.look(self._begin):
            pass
        elif not self._rest(max(0.0, min(_IDLE_SECONDS, self._leaves_by - time.monotonic()))):
            self._consider_leaving(self._tidy(is_idle=True))
        # Not only after a request: who may be replaced keeps all others from it.
        if self._leaves_by != math.inf and (self._is_done or time.monotonic() > self._leaves_by):
            self.alive = False

    def _beat(self) -> None:
        """Let gunicorn see that the worker goes on."""
        # PERF: gunicorn wants to hear of it within tens of seconds, and not for each picture.
        if (now := time.monotonic()) >= self._beats_at:
            self._beats_at = now + _BEAT_SECONDS
            self.notify()

    @property
    def _is_waited_for(self) -> bool:
        return bool(len(self._dispatcher)) or self._thread.has_requests

    @property
    def _is_done(self) -> bool:
        return self._thread.is_empty and not len(self._dispatcher)

    def _rest(self, longest: float) -> bool:
        """Wait for a request, a newcomer or a signal; whether one came."""
        if not self._ready.sleeps():
            return True
        left = self._newcomers.left_seconds()
        is_looking = self._newcomers.is_open and left == math.inf
        waking = self._waking_to_newcomers if is_looking else self._waking
        try:
            found = waking.poll(min(longest, left) * 1000)
        except InterruptedError:
            return True
        finally:
            self._ready.awakes()
        if any(descriptor == self.PIPE[0] for descriptor, _ in found):
            with suppress(BlockingIOError):
                os.read(self.PIPE[0], 4096)
        return bool(found) or left != math.inf

    def _begin(self, connection: Connection) -> None:
        """A newcomer, whom the main thread has let in."""
        self._thread.attend()
        if not connection.is_complete():
            self._thread.read(connection)
        elif (quick := self._dispatcher.take_in_on_main(connection)) and self._dispatcher.fetch(quick):
            self._serve(quick)

    def _tidy(self, *, is_idle: bool = False) -> int:
        """Give back what is not needed any more; bytes that are resident then."""
        self._idle.look()
        size = self._housekeeping.tidy(is_idle=is_idle)
        self.slot.resident(size)
        return size

    def _serve(self, request: CurrentRequest) -> None:
        began = time.monotonic()
        self._thread.attend()
        self._dispatcher.begins()
        self._serving.serve(request)
        self.nr += 1
        self._dispatcher.ended(time.monotonic() - began)
        self.slot.idle()
        self._consider_leaving(self._tidy())

    def _consider_leaving(self, size: int) -> None:
        """Make place for another worker once nobody is left to be waited for, and after a while all the same."""
        if self._leaves_by == math.inf:
            reason = self._recycling.reason(self.nr, size)
            if self._dispatcher.fetching.is_failing:
                reason = "too many fetches that do not come back"
            if not reason or not self._recycling.may_go():
                return
            _LOG.info("Worker %s is replaced: %s", self.pid, reason)
            self.slot.count(Counter.RECYCLED)
            self._dispatcher.leaves()
            if self._dispatcher.is_another_there():
                self._thread.stop_accepting()
            self._leaves_by = time.monotonic() + self.settings.timeout + self.settings.write_response_timeout

    def _stop(self) -> None:
        """Answer everybody who is in hand, and in the queue if nobody else will; then finish the answers."""
        self.slot.enter(State.STOPPING)
        self._thread.attend()
        end = time.monotonic() + self.settings.timeout
        drains = self._closes_queue()
        if not drains:
            self._thread.stop_accepting()
        while time.monotonic() < end and self._thread.is_alive():
            self._beat()
            if request := self._ready.take():
                self._serve(request)
                self.slot.enter(State.STOPPING)
            elif self._is_waited_for or (drains and time.monotonic() - self._newcomers.came < _QUIET_SECONDS):
                time.sleep(0.01)
            else:
                break
        for listener in self.sockets:
            listener.close()
        self._thread.finish(self.settings.write_response_timeout)

    def _closes_queue(self) -> bool:
        """Whether the queue ends with us; if so, nobody new gets in from now on."""
        if self.keeps_queue:
            return False
        if os.getppid() == self.ppid and any(is_held(listener, self._strangers()) for listener in self.sockets):
            return False
        for listener in self.sockets:
            turn_away(listener)
        return True

    def _strangers(self) -> Iterator[int]:
        """Who may go on listening on our sockets: the arbiter, and another server that it has started in its place."""
        yield self.ppid
        workers = {os.getpid(), *(row.pid for row in self.board.rows())} if self.board else {os.getpid()}
        for pid, parent in processes_of_this_user():
            # A worker's child has the sockets as well, for the moment until it closes them.
            if pid not in workers and parent not in workers:
                yield pid
