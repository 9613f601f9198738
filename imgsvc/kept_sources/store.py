"""The store of sources as requests see it: what is there, whether it still holds, and what is kept of fetches."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from imgsvc.keeping.freshness import aged, conditions_of, is_everybodys, is_fresh, may_be_kept, renewed_headers
from imgsvc.keeping.lookup import Lookup
from imgsvc.keeping.shelf import Shelf
from imgsvc.keeping.storage import LOOKUP_SECONDS, Storage
from imgsvc.keeping.writer import Nothing, Writer
from imgsvc.kept_sources.entry import SourceEntry, decode, encode
from imgsvc.kept_sources.naming import folder_of, key_in
from imgsvc.kept_sources.settings import SourceStoreSettings
from imgsvc.rendition import Job
from imgsvc.sources.source import Fetched
from imgsvc.sources.validators import is_current

# Of what an origin says beside its bytes.
_MOST_HEAD_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class KeptSource:
    """What was found for a request, and how old that is; where it is not fresh, its origin is asked first."""

    entry: SourceEntry
    is_fresh: bool
    age: int = 0

    @property
    def conditions(self) -> Mapping[str, str]:
        """What its origin is asked; nothing where it gave no validators."""
        return conditions_of(self.entry.headers)

    def answer(self, asked: Mapping[str, str]) -> Fetched:
        """What its origin would answer to a request with these conditions; its age is told as a cache tells it."""
        headers = aged(self.entry.headers, self.age)
        return Fetched(304, headers, b"") if is_current(headers, asked) else Fetched(200, headers, self.entry.body)


class SourceStore:
    """One for all threads of a worker; what goes wrong with the store is a source that is fetched."""

    def __init__(
        self, storage: Storage, settings: SourceStoreSettings, guard: str, now: Callable[[], float] = time.time
    ) -> None:
        self._shelf = Shelf(storage, "SOURCE_STORE", most_bytes=settings.source_store_max_bytes + _MOST_HEAD_BYTES)
        self._settings = settings
        self._folder = folder_of(guard)
        self._now = now
        self.writer = Writer[SourceEntry | Nothing](lambda entry: storage.put(entry.key, _bytes_of(entry)), "source")

    def may_have(self, job: Job) -> bool:
        """Whether the source of this job is one that is kept."""
        source, options = job.source, job.options
        # A file is at hand; an encrypted URL is to lead to its source alone; and one with a password is not for all.
        if source.scheme == "local" or source.is_secret or source.userinfo or options.raw or options.bypass_cache:
            return False
        # What else is fetched has its own place in the queue, and is fetched with it.
        if job.watermarks or job.fallback or not is_everybodys(job.request.source_headers):
            return False
        patterns = self._settings.source_store_for
        return not patterns or any(each.matches(source, source.path) for each in patterns)

    def look_up(self, job: Job, seconds: float = LOOKUP_SECONDS) -> KeptSource | Lookup:
        """What is kept of the job's source; what is damaged is as good as nothing."""
        if not self.may_have(job):
            return Lookup.MISS
        key = key_in(self._folder, job.source.text)
        data = self._shelf.get(key, seconds)
        if isinstance(data, Lookup):
            return data
        entry = decode(data, key)
        return self._kept(entry) if entry else Lookup.MISS

    def entry_of(self, job: Job, fetched: Fetched, ago: float = 0.0) -> SourceEntry | None:
        """What is to be kept of what was asked for by this job so many seconds ago, if it may be kept at all."""
        is_whole = fetched.status == 200 and fetched.parts is None
        is_too_large = len(fetched.body) > self._settings.source_store_max_bytes
        if not is_whole or is_too_large or not self.may_have(job) or not _may_be_kept(fetched.headers):
            return None
        return SourceEntry.of(fetched, key_in(self._folder, job.source.text), int(self._now() - ago))

    def keep(self, entry: SourceEntry) -> None:
        """Have it written."""
        self.writer.add(entry)

    def forget(self, kept: KeptSource) -> None:
        """It is gone, and is not to come back when its origin cannot be asked."""
        self.writer.add(Nothing(kept.entry.key))

    def renewed(self, kept: KeptSource, told: Mapping[str, str], ago: float = 0.0) -> KeptSource:
        """What is kept, now that its origin has said with these headers, asked so many seconds ago, that it holds."""
        headers = renewed_headers(kept.entry.headers, told)
        entry = replace(kept.entry, checked=int(self._now() - ago), headers=headers)
        if _may_be_kept(headers):
            self.writer.add(entry)
        return KeptSource(entry, is_fresh=True)

    def _kept(self, entry: SourceEntry) -> KeptSource:
        now, seconds = self._now(), self._settings.source_store_fresh
        fresh = is_fresh(entry.headers, checked=entry.checked, now=now, default_seconds=seconds)
        return KeptSource(entry, fresh, max(0, int(now) - entry.checked))


def create_source_store(settings: SourceStoreSettings, storage: Storage | None, guard: str) -> SourceStore | None:
    """What is kept by these settings; None where nothing is."""
    return SourceStore(storage, settings, guard) if storage else None


def _bytes_of(entry: SourceEntry | Nothing) -> bytes:
    return entry.body if isinstance(entry, Nothing) else encode(entry)


def _may_be_kept(headers: Mapping[str, str]) -> bool:
    """RFC 9111 4.1: what varies by more than headers is nobody else's."""
    return may_be_kept(headers) and headers.get("vary", "").strip() != "*"
