"""Looks after whoever waits, for his origin or for the main thread, until that begins.

Whose client has left is dropped, whose time is over is refused, and who is stuck is passed on to an idle worker.
"""

import logging
import time
from collections.abc import Callable

from imgsvc.runtime.board.layout import Counter
from imgsvc.runtime.clients.passing import Passing
from imgsvc.runtime.fetching.fetch_threads import FetchThreads
from imgsvc.runtime.settings import RuntimeSettings
from imgsvc.runtime.workers.balance import Balance
from imgsvc.runtime.workers.current import CurrentRequest
from imgsvc.runtime.workers.endings import Endings
from imgsvc.runtime.workers.overload import Overload
from imgsvc.runtime.workers.ready import Ready

_LOG = logging.getLogger("imgsvc.runtime")

# Between two looks at those who wait.
LOOK_SECONDS = 0.04
# A fetch ends by itself at its deadline; so much later nobody waits for it any more.
_GRACE_SECONDS = 0.25
# Who is ready has waited so long behind one picture: a worker that is idle does better, though it fetches again.
_STUCK_SECONDS = 0.5


class Waiting:
    """Of one worker."""

    def __init__(
        self,
        settings: RuntimeSettings,
        ready: Ready,
        fetching: FetchThreads[CurrentRequest],
        overload: Overload,
        endings: Endings,
        balance: Balance,
        passing: Passing | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._ready = ready
        self._fetching = fetching
        self._overload = overload
        self._endings = endings
        self._balance = balance
        self._passing = passing
        self._clock = clock
        self._looked = clock()

    def look(self, *, is_at_work: bool) -> None:
        """See to them, while the main thread `is_at_work` or not."""
        now = self._clock()
        # Whoever was kept from looking may have kept the others from going on: they get a moment more.
        was_late, self._looked = now - self._looked > 10 * LOOK_SECONDS, now
        oldest = now - self._settings.queue_timeout
        for request in self._fetching.late(oldest):
            is_old = request.queued < oldest
            self._endings.refuse_busy(request, Counter.ORIGIN_QUEUE_TOO_OLD if is_old else Counter.ORIGIN_BUSY)
        self._endings.let_go(self._fetching.withdraw(CurrentRequest.is_gone))
        self._endings.let_go(self._ready.withdraw(CurrentRequest.is_gone))
        self._endings.refuse(self._ready.withdraw(lambda each: each.queued < oldest), Counter.QUEUE_TOO_OLD)
        # Whoever is begun so late would end the worker.
        soonest = now + self._overload.needed_seconds(self._settings.timeout)
        self._endings.refuse(self._ready.withdraw(lambda each: each.connection.deadline < soonest), Counter.DEADLINE)
        if not was_late:
            self._give_up_fetches(now - _GRACE_SECONDS)
            self._fetching.write_off()
            if is_at_work:
                self._pass_on_stuck(now - _STUCK_SECONDS)
        self._fetching.made_room()

    def _give_up_fetches(self, oldest: float) -> None:
        """Answer whose time is over though the thread at it has not come back."""
        for request in self._fetching.in_flight():
            if request.connection.deadline < oldest and not (request.is_answered or request.is_fetched):
                _LOG.error("A fetch goes on past its deadline: %s", request.connection.title)
                self._endings.give_up(request)

    def _pass_on_stuck(self, oldest: float) -> None:
        """Let an idle worker have who waits behind a picture that takes long."""
        if not (self._passing and len(self._ready) and self._balance.is_another_idle()):
            return
        for request in self._ready.withdraw(lambda each: each.queued < oldest and not each.is_streamed):
            if self._passing.put(request.connection):
                request.abandon()
            else:
                self._ready.add(request)
