"""ImageWorker: gunicorn's sync worker, less the ways in which a client can hold it.

One request at a time, as ever. It waits for nobody: a connection that has to be waited for is the connection thread's.
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
from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.clients.connection_thread import ConnectionThread
from imgsvc.runtime.clients.door import Door
from imgsvc.runtime.clients.guests import bid_farewell
from imgsvc.runtime.clients.listening import is_held, processes_of_this_user, turn_away
from imgsvc.runtime.clients.overload import Overload
from imgsvc.runtime.clients.refusals import Refusals
from imgsvc.runtime.clients.shared_queue import SharedQueue
from imgsvc.runtime.clients.turns import Turns
from imgsvc.runtime.http.health_checks import HealthChecks
from imgsvc.runtime.idle import Idle
from imgsvc.runtime.settings import RuntimeSettings
from imgsvc.runtime.workers.admission import Admission
from imgsvc.runtime.workers.cores import Cores, at_once
from imgsvc.runtime.workers.last_words import LastWords
from imgsvc.runtime.workers.memory import Housekeeping, keep_heap, limit_addresses
from imgsvc.runtime.workers.recycling import Recycling
from imgsvc.runtime.workers.serving import Serving
from imgsvc.runtime.workers.watchdog import Watchdog

_LOG = logging.getLogger("imgsvc.runtime")

# Between two looks at the arbiter and the heartbeat while nothing happens.
_IDLE_SECONDS = 1.0
# With nobody new in the queue for so long, it is empty: a handshake may have been under way.
_QUIET_SECONDS = 0.15
# Of the descriptors that the process may have, for clients that are waited for.
_CONNECTION_SHARE = 0.25


class ImageWorker(SyncWorker):  # type: ignore[misc]
    """A sync worker that no client can hold.

    The attributes are set by the hooks; the defaults serve where gunicorn runs without our configuration.
    """

    settings = RuntimeSettings()
    board: Scoreboard | None = None
    shared: SharedQueue | None = None
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
        # PERF: gunicorn asks for its settings twenty times a request, each behind three calls.
        self.cfg.__dict__.update({name: setting.get() for name, setting in self.cfg.settings.items()})
        limit_addresses(self.settings.max_worker_address_megabytes)
        keep_heap()
        self._make_parts()
        self._housekeeping = Housekeeping()
        self._idle = Idle()
        self._recycling = Recycling(self.settings, self.board)
        self._leaves_by = math.inf
        for listener in self.sockets:
            listener.setblocking(False)
        self._thread.start()
        self._watchdog.start()
        self.slot.idle()

    def _make_parts(self) -> None:
        last_words = self.last_words or LastWords.prepare()
        last_words.listen()
        shared = self.shared
        self._overload = Overload(self.sockets, self.settings, self.board, self.slot, shared) if self.board else None
        admission = Admission(self.board, self.slot, self.settings) if self.board else None
        self._turns = Turns(admission) if admission else Turns()
        self._refusals = Refusals(self.slot, self.prefix)
        self._thread = ConnectionThread(
            self.settings,
            self.slot,
            self._refusals,
            self._max_connections(),
            self.sockets,
            self._overload,
            self._turns,
            self.opened,
            self.health_checks,
            shared,
        )
        self._watchdog = Watchdog(self.slot, last_words, self._refusals, self._thread.finish)
        # PERF: as many workers as places need no looking at each other.
        cores = Cores(self.board, self.slot, at_once()) if self.board and self.board.wanted > at_once() else None
        self._serving = Serving(
            self.wsgi, self.cfg, self.settings, self.slot, self._refusals, self._watchdog, admission, cores
        )
        self._door = Door(
            self.sockets,
            self.settings,
            self.slot,
            self._refusals,
            self._see_off,
            self.opened,
            self.health_checks,
            shared,
        )
        others = shared.readable if shared else ()
        self._wakers = [*self.sockets, self.PIPE[0], self._thread.complete_descriptor, *others]

    def _max_connections(self) -> int:
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        return max(4, min(self.settings.max_worker_connections, int(soft * _CONNECTION_SHARE)))

    def _turn(self) -> None:
        self.notify()
        if not self._thread.is_alive():
            _LOG.critical("Worker %s lost its connection thread and is replaced", self.pid)
            self.alive = False
        elif not self.is_parent_alive():
            self.alive = False
        elif connection := self._next():
            self._serve(connection)
        elif not self._rest(max(0.0, min(_IDLE_SECONDS, self._leaves_by - time.monotonic()))):
            self._tidy(is_idle=True)
        # Not only after a request: who may be replaced keeps all others from it.
        if self._leaves_by != math.inf and (self._thread.is_empty or time.monotonic() > self._leaves_by):
            self.alive = False

    def _next(self) -> Connection | None:
        """A request that is there whole: the longest known one first."""
        if connection := self._next_of_ours():
            return connection if self._door.may_pass(connection) else None
        if self._overload:
            self._overload.look()
        connection = self._door.open()
        if connection and not connection.is_complete():
            self._thread.read_on(connection)
            return None
        return connection

    def _next_of_ours(self) -> Connection | None:
        """The next one of those who are in already: the observer's canary, who was put aside, who is complete."""
        return self._door.open_shared(first=True) or self._turns.due() or self._thread.take()

    def _rest(self, longest: float) -> bool:
        """Wait for a client, a signal, or the next try of a request that was put aside; whether any of these came."""
        try:
            found, _, _ = select.select(self._wakers, [], [], self._turns.next_wait(longest))
        except InterruptedError:
            return True
        if self.PIPE[0] in found:
            with suppress(BlockingIOError):
                os.read(self.PIPE[0], 4096)
        return bool(found or len(self._turns))

    def _tidy(self, *, is_idle: bool = False) -> int:
        """Give back what is not needed any more; bytes that are resident then."""
        if is_idle and self._overload:
            self._overload.tell_shared()
        self._idle.look()
        size = self._housekeeping.tidy(is_idle=is_idle)
        self.slot.resident(size)
        return size

    def _serve(self, connection: Connection) -> None:
        began = time.monotonic()
        self._thread.mind_the_door(is_minded=True)
        if self._serving.serve(connection):
            self.nr += 1
            if self._overload:
                self._overload.served(time.monotonic() - began)
            self._see_off(connection)
        elif not self._turns.put_aside(connection):
            self._door.refuse(connection)
        self._thread.mind_the_door(is_minded=False)
        self.slot.idle()
        self._consider_leaving()

    def _see_off(self, connection: Connection) -> None:
        """Close a connection whose answer is taken and who said no more; any other one is the thread's."""
        if not bid_farewell(connection, self.slot):
            self._thread.see_off(connection)

    def _consider_leaving(self) -> None:
        """Make place for another worker once nobody is left to be waited for; after T_w all the same."""
        size = self._tidy()
        if self._leaves_by == math.inf:
            reason = self._recycling.reason(self.nr, size)
            if not reason or not self._recycling.may_go():
                return
            _LOG.info("Worker %s is replaced: %s", self.pid, reason)
            self.slot.count(Counter.RECYCLED)
            self._leaves_by = time.monotonic() + self.settings.write_response_timeout

    def _stop(self) -> None:
        """Answer everybody who is in work, and in the queue if nobody else will; then finish the answers."""
        self.slot.enter(State.STOPPING)
        end = time.monotonic() + self.settings.timeout
        drains = self._closes_queue()
        if not drains:
            self._thread.leave_queue()
        quiet_since = time.monotonic()
        while time.monotonic() < end and self._thread.is_alive():
            self.notify()
            connection = self._next() if drains else (self._next_of_ours() or self._door.open_shared())
            if connection:
                self._serve(connection)
                self.slot.enter(State.STOPPING)
                quiet_since = time.monotonic()
            elif len(self._turns) or self._thread.has_requests:
                time.sleep(0.01)
            elif not drains or time.monotonic() - quiet_since > _QUIET_SECONDS:
                break
            else:
                time.sleep(0.01)
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
