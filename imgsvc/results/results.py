"""The store as requests see it: what is there, whether it still holds, and what is kept of what was made."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from imgsvc.errors import (
    CredentialsError,
    SourceIncompleteError,
    SourceStatusError,
    SourceTimeoutError,
    SourceUnreachableError,
)
from imgsvc.keeping.freshness import conditions_of, is_everybodys, is_fresh, may_be_kept, renewed_headers
from imgsvc.keeping.lookup import Lookup
from imgsvc.keeping.shelf import Shelf
from imgsvc.keeping.storage import LOOKUP_SECONDS, MAX_BYTES, Storage
from imgsvc.keeping.writer import Nothing, Writer
from imgsvc.rendition import Job, Rendition
from imgsvc.results.entry import Entry, decode, encode
from imgsvc.results.naming import folder_of_tag
from imgsvc.results.settings import ResultStoreSettings
from imgsvc.sources.validators import is_current

# Seconds for which others may keep a picture whose source could not be asked.
STALE_SECONDS = 60
# Of an entry, by all requests that it has answered: whoever may write URLs does not fill it.
MOST_TAGS = 100


@dataclass(frozen=True, slots=True)
class Kept:
    """What was found for a request; where it is not fresh, the source is asked first."""

    entry: Entry
    is_fresh: bool


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
        self._shelf = Shelf(storage, "RESULT_STORE", clock)
        self._fresh_seconds = fresh_seconds
        self._min_seconds = min_seconds
        self._now = now
        self.writer = Writer[Entry | Nothing](self._write, "result")

    @property
    def is_at_hand(self) -> bool:
        """Whether to write there takes no time to speak of."""
        return self._shelf.storage.is_local

    def glance(self, job: Job) -> Kept | Lookup:
        """The same as `look_up`, where nobody has to be waited for; NotAtOnceError where somebody would have to be."""
        if not _may_be_asked_for(job):
            return Lookup.MISS
        return self._found(job, self._shelf.glance(job.key) or Lookup.MISS)

    def look_up(self, job: Job, seconds: float = LOOKUP_SECONDS) -> Kept | Lookup:
        """What is kept for this job, if it may be answered with; what is damaged is as good as nothing."""
        return self._found(job, self._shelf.get(job.key, seconds)) if _may_be_asked_for(job) else Lookup.MISS

    def tag(self, entry: Entry, job: Job) -> None:
        """Let what is kept be known by the tags of this request too, of which it is the answer."""
        tags = _tags(entry, job)
        if tags != entry.tags:
            self.writer.add(replace(entry, tags=tags))

    def renewed(self, kept: Kept, told: Mapping[str, str], job: Job | None = None, ago: float = 0.0) -> Entry:
        """What is kept, now that the source has said with these headers that it holds, to this request if to one.

        It was asked at most so many seconds `ago`.
        """
        headers = renewed_headers(kept.entry.source_headers, told)
        tags = _tags(kept.entry, job) if job else kept.entry.tags
        renewed = replace(kept.entry, checked=int(self._now() - ago), source_headers=headers, tags=tags)
        self.writer.add(renewed)
        return renewed

    def keep(self, made: Rendition, seconds: float, ago: float = 0.0) -> None:
        """Keep what took so long to make, if it may be kept at all; its source was asked at most so long `ago`."""
        job = made.job
        is_worth_it = seconds >= self._min_seconds and len(made.body) < MAX_BYTES
        if is_worth_it and _may_be_asked_for(job) and may_be_kept(made.source_headers):
            self.writer.add(Entry.of(made, job.key, int(self._now() - ago)))

    def forget(self, kept: Kept) -> None:
        """Its source is gone, and this is not to come back when nobody can ask for it."""
        self.writer.add(Nothing(kept.entry.key))

    def put(self, made: Rendition, ago: float = 0.0) -> None:
        """Keep it now; OSError or a RenderingError where it cannot be."""
        self._write(Entry.of(made, made.job.key, int(self._now() - ago)))

    def _write(self, entry: Entry | Nothing) -> None:
        """Its markers first: an entry that has a tag is found by it."""
        if isinstance(entry, Nothing):
            self._shelf.storage.put(entry.key, entry.body)
            return
        for tag in entry.tags:
            self._shelf.storage.put(f"{folder_of_tag(tag)}/{entry.key}", b"")
        self._shelf.storage.put(entry.key, encode(entry))

    def _found(self, job: Job, data: bytes | Lookup) -> Kept | Lookup:
        if isinstance(data, Lookup):
            return data
        entry = decode(data, job.key)
        return Kept(entry, self._is_fresh(entry)) if entry else Lookup.MISS

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


def is_gone(error: Exception) -> bool:
    """Whether the source has said that it is there no more, or may not be shown (RFC 7725)."""
    return isinstance(error, SourceStatusError) and error.status in (404, 410, 451)


def _tags(entry: Entry, job: Job) -> tuple[str, ...]:
    """Those of all requests that it has answered, as far as they are not too many."""
    return tuple(dict.fromkeys((*entry.tags, *job.options.cache_tags)))[:MOST_TAGS]


def _may_be_asked_for(job: Job) -> bool:
    return bool(job.key) and is_everybodys(job.request.source_headers)
