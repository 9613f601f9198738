"""What of an answer is looked up before it is made: a result, and where there is none, its source."""

import math
import time
from dataclasses import dataclass, replace
from typing import NamedTuple

from imgsvc.keeping.lookup import Lookup
from imgsvc.keeping.storage import LOOKUP_SECONDS
from imgsvc.kept_sources.store import KeptSource, SourceStore
from imgsvc.rendition import Job
from imgsvc.results.entry import Entry
from imgsvc.results.results import Kept, Results, asking
from imgsvc.runtime.scope import NotAtOnceError, Scope
from imgsvc.runtime.workers.current import CurrentRequest
from imgsvc.sources.source import Fetched
from imgsvc.web.exchange import Exchange
from imgsvc.web.reporting.tally import processing_seconds


class Looked(NamedTuple):
    """What a look came to, and when that was, on time.monotonic(); None: it was not looked for."""

    result: Kept | Lookup | None = None
    source: KeptSource | Lookup | None = None
    began: float = 0.0
    ended: float = 0.0


@dataclass(frozen=True, slots=True)
class Stores:
    """Those that there are. A request's own thread calls it, but for `look_up`, which changes nothing."""

    results: Results | None = None
    sources: SourceStore | None = None

    def wants(self, current: Exchange, job: Job) -> bool:
        """Whether there is something to be looked for."""
        return self._wants_result(current) or self._wants_source(current, job)

    def glance(self, current: Exchange, job: Job) -> None:
        """Take a result that is in memory, if it is not known yet what there is; nobody is waited for."""
        if not (self.results and self._wants_result(current)):
            return
        try:
            self._take_result(current, job, self.results.glance(job))
        except NotAtOnceError:
            return

    def look_up(self, current: Exchange, job: Job, seconds: float = LOOKUP_SECONDS) -> Looked:
        """What there is; for as long as that may take."""
        began, result, source = time.monotonic(), None, None
        if self.results and self._wants_result(current):
            result = self.results.look_up(job, seconds)
        is_found = isinstance(result, Kept) and result.is_fresh
        if self.sources and not is_found and self._wants_source(current, job):
            source = self.sources.look_up(job, seconds)
        return Looked(result, source, began, time.monotonic())

    def take(self, current: Exchange, job: Job, looked: Looked | None, most_bytes: int) -> bool:
        """Take what a look came to, None where it came to nothing in time; whether the source is not to be fetched.

        A source of more than `most_bytes` is left to its fetch, which says so; 0 stands for any number.
        """
        found = looked or Looked(Lookup.FAILED, Lookup.FAILED)
        if current.trace and looked:
            current.trace.beside("lookup", "", looked.began, looked.ended, None)
        if self._wants_result(current) and found.result is not None:
            self._take_result(current, job, found.result)
        if current.source is None and self._wants_source(current, job) and found.source is not None:
            self._take_source(current, job, found.source, most_bytes)
        return current.source is not None

    def asking(self, current: Exchange, job: Job) -> Job:
        """The job as its source is asked whether what is kept still holds."""
        if current.kept_source and (conditions := current.kept_source.conditions):
            return replace(job, request=replace(job.request, source_headers=conditions))
        return asking(job, current.kept) if current.kept else job

    def fetched(self, current: Exchange, job: Job, source: Fetched) -> Fetched | Entry:
        """What to answer with, now that this has come of the source: what was kept, where that holds."""
        old, current.kept_source = current.kept_source, None
        if self.sources and old and old.conditions and source.is_not_modified:
            current.source_lookup = Lookup.RENEWED
            renewed = self.sources.renewed(old, source.headers, _ago(current))
            return self._held_against(current, job, renewed.answer(_conditions(current, job)))
        if self.sources:
            current.to_keep = self.sources.entry_of(job, source, _ago(current))
        return self._held_against(current, job, source)

    def makes_do(self, current: Exchange, job: Job) -> bool:
        """Answer with what was kept before, if there is that: the source is not asked."""
        if current.kept:
            current.source, current.lookup = current.kept.entry, Lookup.STALE
        elif current.kept_source:
            current.source, current.source_lookup = current.kept_source.answer({}), Lookup.STALE
        else:
            return False
        return True

    def forget(self, current: Exchange) -> None:
        """The source is gone: what was kept of it before does not stand in for it later."""
        if self.results and current.kept:
            self.results.forget(current.kept)
        if self.sources and current.kept_source:
            self.sources.forget(current.kept_source)

    def keep(self, current: Exchange, in_work: CurrentRequest | None) -> None:
        """Have written what was made, and what of; the answer is on its way."""
        source, current.to_keep = current.to_keep, None
        is_good = current.is_new and current.source_lookup is not Lookup.STALE
        if self.results:
            if current.made and is_good:
                self.results.keep(current.made, processing_seconds(current), _ago(current))
            if in_work and (lost := self.results.writer.take_lost()):
                in_work.lost_results(lost)
        if self.sources:
            if source and is_good:
                self.sources.keep(source)
            if in_work and (lost := self.sources.writer.take_lost()):
                in_work.lost_sources(lost)

    def _wants_result(self, current: Exchange) -> bool:
        return self.results is not None and not current.is_looked_up

    def _wants_source(self, current: Exchange, job: Job) -> bool:
        return self.sources is not None and current.source_lookup is None and self.sources.may_have(job)

    def _take_result(self, current: Exchange, job: Job, kept: Kept | Lookup) -> None:
        current.is_looked_up = True
        if isinstance(kept, Lookup):
            current.lookup = kept if job.key else None
            return
        current.kept, current.lookup = kept, Lookup.MISS
        if kept.is_fresh:
            current.source, current.lookup = kept.entry, Lookup.HIT
            if self.results and job.options.cache_tags:
                self.results.tag(kept.entry, job)

    def _take_source(self, current: Exchange, job: Job, kept: KeptSource | Lookup, most_bytes: int) -> None:
        if isinstance(kept, Lookup):
            current.source_lookup = kept
            return
        current.source_lookup = Lookup.MISS
        is_too_large = 0 < most_bytes < len(kept.entry.body)
        if is_too_large or not _has_room(current.scope, len(kept.entry.body)):
            return
        current.kept_source = kept
        if kept.is_fresh:
            current.source_lookup = Lookup.HIT
            current.source = self._held_against(current, job, kept.answer(_conditions(current, job)))

    def _held_against(self, current: Exchange, job: Job, source: Fetched) -> Fetched | Entry:
        """The result that was kept, where it is of this source."""
        if not (self.results and current.kept and source.is_not_modified):
            return source
        current.lookup = Lookup.RENEWED
        return self.results.renewed(current.kept, source.headers, job, _ago(current))


def _conditions(current: Exchange, job: Job) -> dict[str, str]:
    """By what a source is held against the result that was kept, or against what the client has."""
    asked = asking(job, current.kept) if current.kept else job
    return dict(asked.request.source_headers)


def _ago(current: Exchange) -> float:
    """Seconds since when the source has been asked at most: what it said may be of that moment."""
    return current.scope.elapsed() if current.scope else 0.0


def _has_room(scope: Scope | None, size: int) -> bool:
    """Whether so much of a source may be held now; where not, it is fetched when there is room for it."""
    if scope is None or scope.credit is None:
        return True
    scope.patient_until = -math.inf
    try:
        has_room = scope.credit.reserve(scope, size, is_all=True) >= size
    except NotAtOnceError:
        has_room = False
    finally:
        scope.patient_until = math.inf
    if not has_room:
        scope.credit.release()
    return has_room
