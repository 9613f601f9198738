from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from imgsvc.keeping.folder import Folder
from imgsvc.keeping.lookup import Lookup
from imgsvc.kept_sources.entry import SourceEntry, encode
from imgsvc.kept_sources.naming import folder_of, key_in
from imgsvc.kept_sources.settings import SourceStoreSettings
from imgsvc.kept_sources.store import KeptSource, SourceStore, create_source_store
from imgsvc.options.processing import ProcessingOptions
from imgsvc.parts import Parts
from imgsvc.rendition import Job
from imgsvc.security.patterns import SourcePattern
from imgsvc.source_url import SourceUrl
from imgsvc.sources.source import Fetched
from tests.results.made import job
from tests.waiting import eventually

KEY = key_in(folder_of("guard"), job().source.text)
FETCHED = Fetched(200, {"etag": '"one"'}, b"a source")


class Store:
    """Sources in a folder, at a moment that a test sets."""

    def __init__(self, root: Path, **settings: Any) -> None:
        self.now, self.folder = 1000.0, Folder(root)
        chosen = SourceStoreSettings(**{"source_store_fresh": 100, **settings})
        self.sources = SourceStore(self.folder, chosen, "guard", now=lambda: self.now)

    def keeps(self, of: Job | None = None, fetched: Fetched = FETCHED) -> bool:
        """Whether it is there a moment later."""
        if entry := self.sources.entry_of(of or job(), fetched):
            self.sources.keep(entry)
        assert eventually(lambda: self.sources.writer.is_empty)
        return any(self.folder.root.rglob("*")) if self.folder.root.exists() else False

    def found(self) -> KeptSource:
        kept = self.sources.look_up(job())
        assert isinstance(kept, KeptSource)
        return kept


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "sources")


def headers(**told: str) -> Fetched:
    return Fetched(200, {name.replace("_", "-"): value for name, value in told.items()}, b"a source")


def test_what_was_fetched_is_found(store: Store) -> None:
    assert store.keeps()
    assert (store.found().entry.body, store.found().is_fresh) == (b"a source", True)


def test_what_was_never_fetched_is_not(store: Store) -> None:
    assert store.sources.look_up(job()) is Lookup.MISS


def test_what_is_old_is_said_to_be_and_what_its_origin_is_asked(store: Store) -> None:
    store.keeps()
    store.now += 100

    assert not store.found().is_fresh
    assert store.found().conditions == {"if-none-match": '"one"'}


def test_its_origin_says_for_how_long_it_is_good(store: Store) -> None:
    store.keeps(fetched=headers(cache_control="max-age=1000"))
    store.now += 999
    before = store.found().is_fresh
    store.now += 1

    assert (before, store.found().is_fresh) == (True, False)


def test_its_time_counts_from_when_its_origin_was_asked(store: Store) -> None:
    kept = store.sources.entry_of(job(), FETCHED, ago=30)
    store.keeps()

    assert kept
    assert (kept.checked, store.sources.renewed(store.found(), {}, ago=30).entry.checked) == (970, 970)


def test_it_tells_its_age_as_a_cache_does(store: Store) -> None:
    store.keeps(fetched=headers(age="7"))
    young = store.found().answer({}).headers
    store.now += 50

    assert (young["age"], store.found().answer({}).headers["age"]) == ("7", "57")


def test_a_client_that_has_what_is_kept_is_told_so(store: Store) -> None:
    store.keeps()
    kept = store.found()

    assert (kept.answer({"if-none-match": '"one"'}).status, kept.answer({"if-none-match": '"two"'}).status) == (
        304,
        200,
    )


def test_what_its_origin_says_still_holds_is_good_for_as_long_again_and_as_young_as_it_says(store: Store) -> None:
    store.keeps(fetched=headers(etag='"one"', age="90"))
    store.now += 1000
    renewed = store.sources.renewed(store.found(), {"cache-control": "max-age=5"})
    assert eventually(lambda: store.sources.writer.is_empty)

    assert renewed.entry.headers == {"etag": '"one"', "cache-control": "max-age=5"}
    assert store.found().is_fresh


@pytest.mark.parametrize(
    "data",
    [b"", b"odd", encode(SourceEntry("another/key", 1000, {}, b"x")), encode(SourceEntry(KEY, 1000, {}, b"x"))[:-1]],
    ids=["empty", "odd", "another's", "cut short"],
)
def test_what_is_damaged_is_nothing_and_mended(store: Store, data: bytes) -> None:
    store.folder.put(KEY, data)

    assert store.sources.look_up(job()) is Lookup.MISS
    assert store.keeps()
    assert store.found().entry.body == b"a source"


def test_a_store_that_cannot_be_read_is_no_error(store: Store) -> None:
    (store.folder.root / KEY).mkdir(parents=True)

    assert store.sources.look_up(job()) is Lookup.FAILED


NEVER: Mapping[str, Job] = {
    "a file": job(source="local:///cat.png"),
    "of an encrypted URL": replace(job(), source=SourceUrl.parse("https://source.example/cat.png").hidden("/enc/x")),
    "of a URL with a password": job(source="https://me:secret@source.example/cat.png"),
    "with a client's cookies": job(headers={"cookie": "id=1"}),
    "with a client's Authorization": job(headers={"authorization": "Basic x"}),
    "with any other header of a client": job(headers={"x-tenant": "one"}),
    "passed on as it is": replace(job(), options=ProcessingOptions(raw=True)),
    "past the caches": replace(job(), options=ProcessingOptions(bypass_cache=True)),
    "with a watermark by URL": replace(job(), watermarks=(job().source,)),
    "with a fallback image by URL": replace(job(), fallback=job().source),
}


@pytest.mark.parametrize("what", NEVER)
def test_what_is_fetched_so_is_neither_kept_nor_found(store: Store, what: str) -> None:
    never = NEVER[what]
    assert not store.keeps(never)
    key = key_in(folder_of("guard"), never.source.text)
    store.folder.put(key, encode(SourceEntry(key, 1000, {}, b"a source")))

    assert store.sources.look_up(never) is Lookup.MISS


@pytest.mark.parametrize(
    "fetched",
    [
        headers(cache_control="private"),
        headers(cache_control="max-age=60, no-store"),
        headers(vary="*"),
        Fetched(304, {}, b""),
        Fetched(200, {}, b"", Parts.whole(b"a source")),
    ],
    ids=["private", "no-store", "varies by everything", "no body", "in parts"],
)
def test_what_its_origin_answers_so_is_not_kept(store: Store, fetched: Fetched) -> None:
    assert not store.keeps(fetched=fetched)


def test_what_becomes_private_is_not_kept_any_longer_than_it_was(store: Store) -> None:
    store.keeps()
    store.now += 1000
    store.sources.renewed(store.found(), {"cache-control": "private"})

    assert store.sources.writer.is_empty
    assert not store.found().is_fresh


def test_what_is_large_is_not_kept(tmp_path: Path) -> None:
    store = Store(tmp_path / "sources", source_store_max_bytes=8)

    assert not store.keeps(fetched=Fetched(200, {}, b"123456789"))
    assert store.keeps(fetched=Fetched(200, {}, b"12345678"))


def test_sources_may_be_named_that_are_kept(tmp_path: Path) -> None:
    store = Store(tmp_path / "sources", source_store_for=(SourcePattern("https://far.example/"),))

    assert not store.keeps()
    assert store.keeps(job(source="https://far.example/cat.png"))


def test_a_store_is_made_of_its_settings(tmp_path: Path) -> None:
    assert create_source_store(SourceStoreSettings(), Folder(tmp_path), "guard")
    assert create_source_store(SourceStoreSettings(), None, "guard") is None
