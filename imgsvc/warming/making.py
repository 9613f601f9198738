"""One unit made: what stands is kept, the source is fetched once, and every rendition of it is put to the target."""

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

from imgsvc.errors import CredentialsError, ExhaustedError, OriginDownError, RenderingError, RequestTimeoutError
from imgsvc.rendering import Renderer
from imgsvc.rendition import Job, RenderRequest, Rendition
from imgsvc.runtime.fetching.admission import OPEN_SECONDS
from imgsvc.runtime.scope import Journal, NoJournal, Scope
from imgsvc.sources.network.body import fetch
from imgsvc.sources.source import Fetched, SourceRequest
from imgsvc.standing import may_pass
from imgsvc.url.build import as_received, write
from imgsvc.warming.pace import PutOffError
from imgsvc.warming.targets import NotKeptError, Standing, Target, TargetError
from imgsvc.warming.units import Outcome, Status, Unit, Wish

_VALIDATORS = {"etag": "if-none-match", "last-modified": "if-modified-since"}


class Maker:
    """Makes units in this process. `journal` gives what guards the sources, a new one for each unit."""

    def __init__(
        self,
        renderer: Renderer,
        wishes: Iterable[Wish],
        target: Target,
        timeout_seconds: float,
        journal: Callable[[], Journal] = NoJournal,
    ) -> None:
        self._renderer = renderer
        self._wishes = tuple(wishes)
        self._target = target
        self._timeout_seconds = timeout_seconds
        self._journal = journal

    def origin(self, unit: Unit) -> str:
        """Whom a unit is fetched from; empty where that cannot be said."""
        try:
            return self._renderer.parser.rewritten(unit.source).origin
        except RenderingError:
            return ""

    def make(self, unit: Unit) -> Outcome:
        """Whatever happens to it, as long as this process lives."""
        began, done = time.monotonic(), _Done()
        try:
            status = self._made(unit, done)
            return done.outcome(unit, status, time.monotonic() - began)
        except PutOffError as error:
            return done.outcome(unit, Status.PUT_OFF, time.monotonic() - began, error, error.seconds)
        except OriginDownError as error:
            return done.outcome(unit, Status.PUT_OFF, time.monotonic() - began, error, OPEN_SECONDS)
        except Exception as error:  # noqa: BLE001 (one picture's error is its own, whatever it is)
            return done.outcome(unit, _blamed(error), time.monotonic() - began, error)

    def settle(self) -> None:
        """Return when nothing is being written any more."""
        with suppress(TargetError):
            self._target.finish()

    def _made(self, unit: Unit, done: "_Done") -> Status:
        jobs = self._jobs(unit.source)
        found = {} if unit.is_changed else {label: self._target.find(wish, job) for label, (wish, job) in jobs.items()}
        missing = [label for label in jobs if not found.get(label)]
        old = {label: each for label, each in found.items() if each and each.conditions}
        conditions = {} if missing else _shared_conditions(unit, old.values())
        if not (missing or old or conditions):
            return Status.KEPT
        scope = Scope(self._timeout_seconds, journal=self._journal())
        first = next(iter(jobs.values()))[1]
        fetched = fetch(
            self._renderer.sources,
            SourceRequest(first.source, conditions),
            scope,
            max(self._renderer.limits_of(job).file_size for _, job in jobs.values()),
        )
        if fetched.is_not_modified:
            self._renew(old.values(), fetched.headers, scope)
            return Status.KEPT
        done.fetched(fetched)
        due = list(jobs) if unit.conditions and not missing else [*missing, *old]
        for label in due:
            done.try_(label, lambda wish, job: self._put(wish, job, fetched, scope), *jobs[label])
        self._target.finish()
        done.check()
        return Status.MADE

    def _jobs(self, source: str) -> dict[str, tuple[Wish, Job]]:
        """What is to be made, by label; where the result is kept under the same key, it is one."""
        jobs: dict[str, tuple[Wish, Job]] = {}
        keys: set[str] = set()
        for wish in self._wishes:
            path = write(wish.options, source, self._renderer.parser, extension=wish.extension)
            target = f"{self._renderer.path_prefix}/_{as_received(path)}"
            job = self._renderer.prepare(RenderRequest(target, accepted=wish.accepted))
            if not job.key or job.key not in keys:
                jobs[wish.label] = wish, job
                keys.add(job.key)
        return jobs

    def _put(self, wish: Wish, job: Job, fetched: Fetched, scope: Scope) -> int:
        marks = self._renderer.begin_watermarks(job, self._journal)
        self._renderer.wait_for_watermarks(marks, scope)
        made = self._renderer.make(job, fetched, scope, marks)
        if not isinstance(made, Rendition):
            raise NotKeptError(f"{wish.label} makes no picture")
        self._target.put(wish, made, scope.elapsed())
        return len(made.body)

    def _renew(self, found: Iterable[Standing], told: Mapping[str, str], scope: Scope) -> None:
        for each in found:
            self._target.renew(each, told, scope.elapsed())
        self._target.finish()


def _shared_conditions(unit: Unit, old: Iterable[Standing]) -> dict[str, str]:
    """By what the source is asked whether all that is old still holds; nothing where that would say it of a part."""
    first, *others = [*filter(None, [unit.conditions]), *(each.conditions for each in old)] or [{}]
    return dict(first) if all(dict(each) == dict(first) for each in others) else {}


class _Done:
    """How far a unit has come."""

    def __init__(self) -> None:
        self.made: dict[str, int] = {}
        self._source_bytes = 0
        self._validators: dict[str, str] = {}
        self._error: Exception | None = None

    def try_(self, label: str, put: Callable[[Wish, Job], int], wish: Wish, job: Job) -> None:
        """Put one; that it cannot be is no reason to go without the others."""
        try:
            self.made[label] = put(wish, job)
        except (RenderingError, TargetError, NotKeptError) as error:
            self._error = self._error or error

    def check(self) -> None:
        """Raise what was first in the way of one of them."""
        if self._error:
            raise self._error

    def fetched(self, fetched: Fetched) -> None:
        """The source is there."""
        self._source_bytes = len(fetched.body)
        self._validators = {
            asked: fetched.headers[name] for name, asked in _VALIDATORS.items() if fetched.headers.get(name)
        }

    def outcome(
        self, unit: Unit, status: Status, seconds: float, error: Exception | None = None, patience: float = 0.0
    ) -> Outcome:
        """What there is to say of it."""
        return Outcome(
            source=unit.source,
            status=status,
            mark=unit.mark,
            seconds=round(seconds, 4),
            source_bytes=self._source_bytes,
            made=self.made,
            validators=self._validators,
            error=_name(error) if error else "",
            says=_says(error) if error else "",
            patience=patience,
        )


def _name(error: Exception) -> str:
    return (
        "memory" if _is_memory(error) else "timeout" if isinstance(error, RequestTimeoutError) else type(error).__name__
    )


def _says(error: Exception) -> str:
    return "it takes more memory than --memory leaves it" if _is_memory(error) else str(error)[:500]


def _is_memory(error: BaseException) -> bool:
    is_ours = isinstance(error, ExhaustedError) and "MemoryError" in str(error)
    return is_ours or isinstance(error, MemoryError) or isinstance(error.__cause__, MemoryError)


def _blamed(error: Exception) -> Status:
    """Whether another try may do what this one could not."""
    if _is_memory(error) or isinstance(error, RequestTimeoutError):
        return Status.FAILED
    passes = isinstance(error, TargetError | CredentialsError | ExhaustedError) or may_pass(error)
    return Status.LOST if passes else Status.FAILED
