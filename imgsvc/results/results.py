"""The store as requests see it: what is there, whether it still holds, and what is kept of what was made."""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from imgsvc.errors import (
    CredentialsError,
    RenderingError,
    SourceIncompleteError,
    SourceStatusError,
    SourceTimeoutError,
    SourceUnreachableError,
)
from imgsvc.rendition import Job, Rendition
from imgsvc.results.entry import Entry, decode, encode
from imgsvc.results.freshness import conditions_of, is_fresh, may_be_kept
from imgsvc.results.naming import folder_of_tag
from imgsvc.results.settings import ResultStoreSettings
from imgsvc.results.storage import LOOKUP_SECONDS, MAX_BYTES, Storage
from imgsvc.results.writer import Writer
from imgsvc.sources.validators import is_current

_LOG = logging.getLogger("imgsvc.results")

# What a client may have sent along to the source without the picture being its own.
_IMPERSONAL = frozenset({"if-none-match", "if-modified-since"})
# Seconds for which others may keep a picture whose source could not be asked.
STALE_SECONDS = 60
# Of an entry, by all requests that it has answered: whoever may write URLs does not fill it.
MOST_TAGS = 100
# Between two lines that say that the store cannot be asked.
_SILENT_SECONDS = 60.0
# For so long a disk that was slow once is looked at by threads alone.
_SLOW_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Kept:
    """What was found for a request; where it is not fresh, the source is asked first."""

    entry: Entry
    is_fresh: bool


class Lookup(StrEnum):
    """What a look into the store came to."""

    HIT = "hit"
    RENEWED = "renewed"  # it was old, and the source says that it holds
    STALE = "stale"  # it was old, and the source could not be asked
    MISS = "miss"
    FAILED = "failed"  # the store could not be asked, or did not answer in time


class Results:
    """One for all threads of a worker; what goes wrong with the store is a picture that is made."""

    def __init__(
        self,
        storage: Storage,
        *,
        fresh_seconds: int,
        min_seconds: float = 0.0,
        now: Callable[[], float] = time.time,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._storage = storage
        self._fresh_seconds = fresh_seconds
        self._min_seconds = min_seconds
        self._now = now
        self._clock = clock
        self._told, self._slow_until = -_SILENT_SECONDS, 0.0
        self.writer = Writer(self._write)

    @property
    def is_at_hand(self) -> bool:
        """Whether a lookup takes no time to speak of."""
        return self._storage.is_local and self._clock() >= self._slow_until

    def look_up(self, job: Job, seconds: float = LOOKUP_SECONDS) -> Kept | Lookup:
        """What is kept for this job, if it may be answered with; what is damaged is as good as nothing."""
        if not (job.key and _is_everybodys(job)):
            return Lookup.MISS
        began = self._clock()
        try:
            data = self._storage.get(job.key, seconds)
        except (OSError, RenderingError) as error:
            self._tell(error)
            return Lookup.FAILED
        finally:
            # A disk that dies is slow first: then it is for the threads that nobody waits for.
            if self._clock() - began > LOOKUP_SECONDS:
                self._slow_until = self._clock() + _SLOW_SECONDS
        entry = decode(data, job.key) if data else None
        return Kept(entry, self._is_fresh(entry)) if entry else Lookup.MISS

    def tag(self, entry: Entry, job: Job) -> None:
        """Let what is kept be known by the tags of this request too, of which it is the answer."""
        tags = _tags(entry, job)
        if tags != entry.tags:
            self.writer.add(replace(entry, tags=tags))

    def renewed(self, kept: Kept, told: Mapping[str, str], job: Job | None = None) -> Entry:
        """What is kept, now that the source has said with these headers that it holds, to this request if to one."""
        headers = {**kept.entry.source_headers, **told}
        tags = _tags(kept.entry, job) if job else kept.entry.tags
        renewed = replace(kept.entry, checked=int(self._now()), source_headers=headers, tags=tags)
        self.writer.add(renewed)
        return renewed

    def keep(self, made: Rendition, seconds: float) -> None:
        """Keep what took so long to make, if it may be kept at all."""
        job = made.job
        is_worth_it = seconds >= self._min_seconds and len(made.body) < MAX_BYTES
        if job.key and is_worth_it and _is_everybodys(job) and may_be_kept(made.source_headers):
            self.writer.add(Entry.of(made, job.key, int(self._now())))

    def put(self, made: Rendition) -> None:
        """Keep it now; OSError or a RenderingError where it cannot be."""
        self._write(Entry.of(made, made.job.key, int(self._now())))

    def _write(self, entry: Entry) -> None:
        """Its markers first: an entry that has a tag is found by it."""
        for tag in entry.tags:
            self._storage.put(f"{folder_of_tag(tag)}/{entry.key}", b"")
        self._storage.put(entry.key, encode(entry))

    def _tell(self, error: Exception) -> None:
        """One line for many: a store that is down fails each of a thousand requests."""
        now = self._clock()
        if now - self._told >= _SILENT_SECONDS:
            self._told = now
            _LOG.warning("RESULT_STORE cannot be asked, and pictures are made: %s", error)

    def _is_fresh(self, entry: Entry) -> bool:
        return is_fresh(
            entry.source_headers, checked=entry.checked, now=self._now(), default_seconds=self._fresh_seconds
        )


def create_results(settings: ResultStoreSettings, storage: Storage | None) -> Results | None:
    """What is kept by these settings; None where nothing is."""
    if storage is None:
        return None
    min_seconds = settings.result_store_min_ms / 1000
    return Results(storage, fresh_seconds=settings.result_store_fresh, min_seconds=min_seconds)


def asking(job: Job, kept: Kept) -> Job:
    """The job as its source is asked whether what is kept still holds."""
    return replace(job, request=replace(job.request, source_headers=conditions_of(kept.entry.source_headers)))


def holds(job: Job, entry: Entry) -> bool:
    """Whether the client has the picture already."""
    return is_current(entry.source_headers, job.request.source_headers)


def outlives(job: Job, error: Exception) -> bool:
    """Whether what is kept is better than this error: the source could not be asked, and so did not say it is gone."""
    if isinstance(error, SourceStatusError):
        return error.status >= 500 or error.status == 429
    if isinstance(error, SourceUnreachableError):
        return job.source.scheme != "local"
    return isinstance(error, SourceTimeoutError | SourceIncompleteError | CredentialsError)


def _tags(entry: Entry, job: Job) -> tuple[str, ...]:
    """Those of all requests that it has answered, as far as they are not too many."""
    return tuple(dict.fromkeys((*entry.tags, *job.options.cache_tags)))[:MOST_TAGS]


def _is_everybodys(job: Job) -> bool:
    return job.request.source_headers.keys() <= _IMPERSONAL
