"""Scope: one request's deadline, its client, and the stage that it is in.

Every boundary of the journey calls `check`; nothing else in the program asks for the time left.
"""

import math
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol

from imgsvc.errors import ClientClosedRequestError, RequestTimeoutError
from imgsvc.source_url import SourceUrl

Clock = Callable[[], float]

# Between two looks at the client.
_ASK_EVERY_SECONDS = 0.001


def never_gone() -> bool:
    """A client that stays: for the command line and for start-up."""
    return False


class PollFd(NamedTuple):
    """What poll() is told of a descriptor."""

    descriptor: int
    events: int


class Journal(Protocol):
    """Who is told of each stage: the worker's slot of the scoreboard, and what guards the sources."""

    def enter(self, stage: str, subject: SourceUrl | None) -> None:
        """A stage begins; `subject` is the source that it is about. May refuse it with a RenderingError."""

    def leave(self, stage: str, seconds: float, error: BaseException | None) -> None:
        """The stage is over, by this error if there is one."""

    def received(self, count: int) -> None:
        """So many bytes of the source have come."""

    def asks_for_login(self, server: SourceUrl) -> None:
        """In the middle of a fetch its credentials are asked for there. May refuse it with a RenderingError."""

    def has_login(self, server: SourceUrl, seconds: float, error: BaseException | None) -> None:
        """That is over, by this error if there is one."""


class Trace(Protocol):
    """Who makes spans of the stages, where traces are on; it refuses nothing."""

    def enter(self, stage: str, peer: str = "") -> None:
        """A stage begins, or a part of one: of `peer`, where that is another than the source."""

    def leave(self, stage: str, error: BaseException | None) -> None:
        """What began last is over, by this error if there is one."""

    def beside(self, what: str, peer: str, began: float, ended: float, error: BaseException | None) -> None:
        """Something went on beside the stages, between two moments on time.monotonic()."""

    def headers(self) -> Mapping[str, str]:
        """What a source is told of the stage; names are lower case."""


class Credit(Protocol):
    """What the bytes of a source are reserved from before they are read, where they are limited."""

    def reserve(self, scope: "Scope", size: int, *, is_all: bool = False) -> int:
        """Wait until `size` bytes of it may be held in all; how many may: not fewer, but where `is_all` is too many."""

    def release(self) -> None:
        """Give all back."""


class Held(Protocol):
    """What is closed where nobody goes on with it."""

    def close(self) -> None:
        """Give it up."""


class NoJournal:
    """For the command line, and for start-up."""

    def enter(self, stage: str, subject: SourceUrl | None) -> None:
        """Nobody wants to know."""

    def leave(self, stage: str, seconds: float, error: BaseException | None) -> None:
        """Nobody wants to know."""

    def received(self, count: int) -> None:
        """Nobody wants to know."""

    def asks_for_login(self, server: SourceUrl) -> None:
        """Nobody wants to know."""

    def has_login(self, server: SourceUrl, seconds: float, error: BaseException | None) -> None:
        """Nobody wants to know."""


class NotAtOnceError(Exception):
    """What was to be had without waiting is not there: it may be asked for where it can be waited for.

    Whoever asks again, with the same scope, goes on with what has been begun: that is in `handed_over`.
    """


class Scope:
    """One request's life: when it must end, whether its client still waits, where its time went.

    `started` is when its first byte came, on the clock: waiting for a worker is part of the request's time.
    `client_gone` may have a `pollfd`, as disconnect.py's has: a wait for something else then hears of it at once. The
    connection stays open until nobody uses the scope.
    """

    def __init__(
        self,
        timeout_seconds: float,
        *,
        client_gone: Callable[[], bool] = never_gone,
        clock: Clock = time.monotonic,
        started: float | None = None,
        journal: Journal = NoJournal(),
    ) -> None:
        self._clock = clock
        self._client_gone = client_gone
        self.client: PollFd | None = getattr(client_gone, "pollfd", None)
        self._journal = journal
        self.started = clock() if started is None else started
        self.deadline = self.started + timeout_seconds
        # Set by whoever begins the trace, right after the scope.
        self.trace: Trace | None = None
        # Set by whoever limits what is fetched, and given back when the source's bytes are needed no more.
        self.credit: Credit | None = None
        # Until when something may be waited for, on the clock, where that is earlier than the deadline.
        self.patient_until = math.inf
        self._handed_over: dict[object, Held] = {}
        self.stage_name = ""
        self.stage_seconds: dict[str, float] = {}
        self._running: tuple[str, float] | None = None
        self._client_seconds = 0.0
        self._asked = -math.inf

    @property
    def client_must_be_asked(self) -> bool:
        """Whether a client that leaves is noticed by `check` alone."""
        return self.client is None and self._client_gone is not never_gone

    def remaining(self) -> float:
        """Seconds until the deadline; negative after it."""
        return self.deadline - self._clock()

    def elapsed(self) -> float:
        """Seconds since the request began."""
        return self._clock() - self.started

    def patience(self) -> float:
        """Seconds for which something may be waited for; NotAtOnceError if that is over."""
        left = self.patient_until - self._clock()
        if left <= 0:
            raise NotAtOnceError(f"it is not there at once, {self._where('')}")
        return left

    @property
    def can_wait(self) -> bool:
        """Whether something may be waited for until the deadline."""
        return self.patient_until == math.inf

    def hand_over(self, key: object, begun: Held) -> None:
        """Leave what has been begun to whoever asks again."""
        self._handed_over[key] = begun

    def handed_over(self, key: object) -> Any:
        """What was begun of it by who could not wait, to go on with; None: nothing."""
        # PERF: asked for twice in a request, and mostly there is nothing.
        return self._handed_over.pop(key, None) if self._handed_over else None

    def let_go(self) -> None:
        """Nobody asks again: give up what has been begun."""
        while self._handed_over:
            self._handed_over.popitem()[1].close()

    def working(self) -> float:
        """Of these, what was not spent on waiting for a client that takes a streamed answer: nobody else's time."""
        return self.elapsed() - self._client_seconds

    def waited_for_client(self, seconds: float) -> None:
        """So long was the client's, and neither the source's nor a stage's."""
        self._client_seconds += seconds

    def check(self, step: str = "") -> None:
        """Raise if there is nobody left to answer, or no time for the `step` that comes next, if it has a name."""
        now = self._clock()
        # PERF: a step that has nothing to do takes less time than the question whether the client is there.
        if now - self._asked >= _ASK_EVERY_SECONDS:
            self._asked = now
            if self._client_gone():
                raise ClientClosedRequestError(f"the client left {self._where(step)}")
        if now >= self.deadline:
            raise RequestTimeoutError(f"the deadline passed {self._where(step)}")

    def _where(self, step: str) -> str:
        return f"during {self.stage_name or 'the request'}" + (f", before {step}" if step else "")

    def receive(self, chunk: bytes) -> None:
        """Check, now that a piece of the source has come."""
        self._journal.received(len(chunk))
        self.check()
        # What comes without a pause is never waited for, and may be as long as it likes.
        self.patience()

    def passed_on(self) -> Mapping[str, str]:
        """Headers by which a source learns whose part its answer is; mostly none."""
        return self.trace.headers() if self.trace else {}

    def stages(self) -> Mapping[str, float]:
        """Seconds of every stage so far, the one that goes on included."""
        if self._running is None:
            return self.stage_seconds
        name, began = self._running
        return {**self.stage_seconds, name: self.stage_seconds.get(name, 0.0) + self.working() - began}

    def stage(self, name: str, subject: SourceUrl | None = None) -> AbstractContextManager[None]:
        """Mark what the request is doing, time it, and check on the way in and out."""
        return _Stage(self, name, subject)

    def login(self, server: SourceUrl) -> "Login":
        """Mark that `server` is asked for credentials: another one than the source's, though that waits for it."""
        return Login(self, self._journal, server)

    def _enter(self, name: str, subject: SourceUrl | None) -> float:
        """Begin a stage; when that was."""
        self.stage_name = name
        self.check()
        self._journal.enter(name, subject)
        if self.trace:
            self.trace.enter(name)
        began = self.working()
        self._running = name, began
        return began

    def _leave(self, name: str, began: float, error: BaseException | None) -> None:
        seconds = self.working() - began
        self.stage_seconds[name] = self.stage_seconds.get(name, 0.0) + seconds
        self._running = None
        self._journal.leave(name, seconds, error)
        if self.trace:
            self.trace.leave(name, error)
        if error is None:
            self.check()


class _Stage(AbstractContextManager[None]):
    """PERF: a class, for contextlib's generators take twice as long, and a request has five of these."""

    __slots__ = ("_began", "_name", "_scope", "_subject")

    def __init__(self, scope: Scope, name: str, subject: SourceUrl | None) -> None:
        self._scope, self._name, self._subject = scope, name, subject
        self._began = 0.0

    def __enter__(self) -> None:
        self._began = self._scope._enter(self._name, self._subject)

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        self._scope._leave(self._name, self._began, error)


class Login(AbstractContextManager["Login"]):
    """A request to who gives credentials. Whoever makes it says of an answer which gives none that it `failed`."""

    def __init__(self, scope: Scope, journal: Journal, server: SourceUrl) -> None:
        self._scope, self._journal, self._server = scope, journal, server
        self._began = 0.0
        self._error: BaseException | None = None

    def failed(self, error: Exception) -> None:
        """It is over by this error, which goes no further."""
        self._error = error

    def __enter__(self) -> "Login":
        self._journal.asks_for_login(self._server)
        if self._scope.trace:
            self._scope.trace.enter("login", self._server.host)
        self._began = self._scope.elapsed()
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        error = error or self._error
        self._journal.has_login(self._server, self._scope.elapsed() - self._began, error)
        if self._scope.trace:
            self._scope.trace.leave("login", error)
