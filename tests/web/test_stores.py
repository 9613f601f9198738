"""Pictures of sources that were fetched once: when the origin is asked, and what clients are told."""

from dataclasses import replace
from typing import Any

import pytest

from imgsvc.errors import SourceStatusError, SourceTimeoutError
from imgsvc.keeping.folder import Folder
from imgsvc.keeping.lookup import Lookup
from imgsvc.kept_sources.entry import SourceEntry, decode, encode
from imgsvc.kept_sources.naming import folder_of, key_in
from imgsvc.kept_sources.settings import SourceStoreSettings
from imgsvc.kept_sources.store import create_source_store
from imgsvc.options.processing import ProcessingOptions
from imgsvc.rendition import Job, NotModified, RenderRequest
from imgsvc.results.entry import Entry
from imgsvc.results.entry import encode as encode_result
from imgsvc.results.results import create_results
from imgsvc.results.settings import ResultStoreSettings
from imgsvc.runtime.scope import Scope
from imgsvc.sources.source import Fetched
from imgsvc.web.exchange import Exchange
from imgsvc.web.stores import Stores
from tests.results.made import rendition as kept_rendition
from tests.waiting import eventually
from tests.web.fakes import SOURCE_URL, FakeRenderer, FakeTrace, client, failing, rendition

SOURCE = key_in(folder_of("guard"), SOURCE_URL)
RESULT = "recipe/ab/source/wishes"
# No clock of a test is there yet, nor was it ever.
OLD, FRESH = 1, 9_999_999_999


class Maker(FakeRenderer):
    """It makes pictures of what it is given, and says so."""

    made_of: list[bytes]

    def make(self, job: Job, source: Any, _scope: Scope, _marks: object = ()) -> Any:
        if source.is_not_modified:
            return NotModified(job, source.headers)
        self.made_of.append(source.body)
        return replace(rendition(job), source_headers=source.headers)


def answers(status: int = 200, body: bytes = b"fetched", **headers: str) -> Any:
    """An origin that answers so."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _job, _scope: Fetched(status, told, body)


class Shop:
    """An application with a store of sources, and an origin that answers as it is told."""

    def __init__(self, root: Any, *, fresh: int = 10**10, has_results: bool = False) -> None:
        self.folder = Folder(root)
        self.renderer = Maker(key=RESULT if has_results else "", outcome=answers(etag='"one"'))
        self.renderer.made_of = []
        sources = create_source_store(SourceStoreSettings(source_store_fresh=fresh), self.folder, "guard")
        results = create_results(ResultStoreSettings(result_store_fresh=fresh), self.folder) if has_results else None
        self.stores = Stores(results, sources)
        self.client = client(self.renderer, self.stores)

    def keeps(self, checked: int, body: bytes = b"kept", **headers: str) -> None:
        told = {"etag": '"one"', **{name.replace("_", "-"): value for name, value in headers.items()}}
        self.folder.put(SOURCE, encode(SourceEntry(SOURCE, checked, told, body)))

    def keeps_result(self, checked: int, tag: str) -> None:
        made = kept_rendition(body=b"kept result", headers={"etag": tag})
        self.folder.put(RESULT, encode_result(Entry.of(made, RESULT, checked)))

    def get(self, path: str = "w:1", **headers: str) -> Any:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.simulate_get(f"/_/{path}/plain/{SOURCE_URL}", headers=told)

    @property
    def asked(self) -> int:
        """How often the origin was."""
        return len(self.renderer.jobs)

    @property
    def kept(self) -> SourceEntry | None:
        return decode(self.folder.get(SOURCE) or b"", SOURCE)


@pytest.fixture
def shop(tmp_path: Any) -> Shop:
    return Shop(tmp_path)


@pytest.fixture
def old(tmp_path: Any) -> Shop:
    """One whose source is old."""
    made = Shop(tmp_path, fresh=0)
    made.keeps(OLD)
    return made


def test_what_was_fetched_once_is_fetched_no_more(shop: Shop) -> None:
    first = shop.get("w:1")
    assert eventually(lambda: shop.kept)
    second = shop.get("w:2")

    assert (first.status_code, second.status_code, shop.asked) == (200, 200, 1)
    assert shop.renderer.made_of == [b"fetched", b"fetched"]


def test_what_is_no_picture_is_not_kept(shop: Shop) -> None:
    shop.renderer.outcome = answers(304)
    shop.get()

    assert shop.kept is None


def test_a_client_that_has_the_picture_is_told_so_without_asking_the_origin(shop: Shop) -> None:
    shop.keeps(OLD)

    assert shop.get(If_None_Match='"one"').status_code == 304
    assert shop.asked == 0


def test_an_origin_that_says_it_holds_makes_it_good_again(old: Shop) -> None:
    old.renderer.outcome = answers(304, b"", etag='"one"')
    answer = old.get(If_None_Match='"another"')

    assert (answer.status_code, old.renderer.made_of) == (200, [b"kept"])
    assert old.renderer.jobs[0].request.source_headers == {"if-none-match": '"one"'}
    assert eventually(lambda: old.kept and old.kept.checked > OLD)


def test_what_has_changed_is_fetched_and_kept_in_its_place(old: Shop) -> None:
    old.get()

    assert old.renderer.made_of == [b"fetched"]
    assert eventually(lambda: old.kept and old.kept.body == b"fetched")


def test_an_origin_that_is_down_is_stood_in_for_and_caches_ask_again_soon(old: Shop) -> None:
    old.renderer.outcome = failing(SourceTimeoutError("slow"))
    answer = old.get(If_None_Match='"one"')

    assert (answer.status_code, old.renderer.made_of) == (200, [b"kept"])
    assert answer.headers["cache-control"] == "max-age=60, public"
    assert old.kept
    assert old.kept.checked == OLD


def test_a_source_that_is_gone_is_gone(old: Shop) -> None:
    old.renderer.outcome = failing(SourceStatusError("gone", status=404))

    assert old.get().status_code == 404


def test_what_is_larger_than_a_source_may_be_is_left_to_its_fetch(shop: Shop) -> None:
    shop.keeps(OLD)
    shop.renderer.limits = replace(shop.renderer.limits, file_size=3)
    shop.get()

    assert shop.asked == 1


@pytest.mark.parametrize(("checked", "lookup"), [(None, "miss"), (OLD, "hit")])
def test_the_log_says_what_a_look_into_the_store_came_to(shop: Shop, caplog: Any, checked: Any, lookup: str) -> None:
    if checked:
        shop.keeps(checked)
    with caplog.at_level("INFO", "imgsvc.access"):
        shop.get()

    assert [each.fields["source_store"] for each in caplog.records] == [lookup]


@pytest.mark.parametrize("options", [ProcessingOptions(bypass_cache=True), ProcessingOptions(raw=True)])
def test_what_is_never_kept_is_not_looked_for(shop: Shop, options: ProcessingOptions) -> None:
    shop.keeps(FRESH)
    shop.renderer.options = options
    shop.renderer.outcome = failing(SourceStatusError("gone", status=404))

    assert shop.get().status_code == 404


class Full:
    """A credit of which nothing is left."""

    def __init__(self) -> None:
        self.released = 0

    def reserve(self, scope: Scope, _size: int, *, is_all: bool = False) -> int:
        """It would have to be waited for."""
        return int(scope.patience() * is_all)

    def release(self) -> None:
        self.released += 1


def test_what_there_is_no_room_for_is_left_to_its_fetch_which_waits(shop: Shop) -> None:
    shop.keeps(OLD)
    scope, full = Scope(10), Full()
    scope.credit = full
    current = Exchange("id", "/x", "GET", "", "http", {}, scope=scope)
    job = shop.renderer.prepare(RenderRequest("/x"))
    is_found = shop.stores.take(current, job, shop.stores.look_up(current, job), 0)

    assert (is_found, current.source, current.source_lookup) == (False, None, Lookup.MISS)
    assert (full.released, scope.can_wait) == (1, True)


def test_a_look_that_came_to_nothing_in_time_is_a_fetch(shop: Shop) -> None:
    shop.keeps(OLD)
    current = Exchange("id", "/x", "GET", "", "http", {})
    job = shop.renderer.prepare(RenderRequest("/x"))

    assert not shop.stores.take(current, job, None, 0)
    assert (current.source_lookup, shop.stores.wants(current, job)) == (Lookup.FAILED, False)


def test_a_look_that_is_waited_for_is_a_span(shop: Shop) -> None:
    current = Exchange("id", "/x", "GET", "", "http", {})
    current.trace = trace = FakeTrace()
    job = shop.renderer.prepare(RenderRequest("/x"))
    shop.stores.take(current, job, shop.stores.look_up(current, job), 0)

    assert trace.told == ["=lookup  NoneType"]


class TestBesideResults:
    @pytest.fixture
    def both(self, tmp_path: Any) -> Shop:
        return Shop(tmp_path, has_results=True)

    def test_where_there_is_a_result_the_source_is_not_looked_for(self, both: Shop, caplog: Any) -> None:
        both.keeps_result(OLD, '"one"')
        with caplog.at_level("INFO", "imgsvc.access"):
            answer = both.get()

        assert answer.content == b"kept result"
        assert "source_store" not in caplog.records[0].fields

    def test_an_old_result_is_held_against_the_source_that_is_kept(self, tmp_path: Any) -> None:
        shop = Shop(tmp_path, fresh=0, has_results=True)
        shop.keeps_result(OLD, '"one"')
        shop.keeps(OLD, cache_control="max-age=99999999999")

        assert (shop.get().content, shop.asked) == (b"kept result", 0)

    def test_and_made_anew_where_that_is_another(self, tmp_path: Any) -> None:
        shop = Shop(tmp_path, fresh=0, has_results=True)
        shop.keeps_result(OLD, '"zero"')
        shop.keeps(OLD, cache_control="max-age=99999999999")
        shop.get()

        assert (shop.renderer.made_of, shop.asked) == ([b"kept"], 0)

    def test_a_picture_of_what_is_old_for_want_of_its_origin_is_not_kept(self, tmp_path: Any) -> None:
        shop = Shop(tmp_path, fresh=0, has_results=True)
        shop.keeps(OLD)
        shop.renderer.outcome = failing(SourceTimeoutError("slow"))

        assert shop.get().status_code == 200
        assert shop.folder.get(RESULT) is None
