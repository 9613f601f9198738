"""Answers from the store of results: when the source is asked, and what clients and caches are told."""

import time

import pytest

from imgsvc.errors import SourceStatusError, SourceTimeoutError, SourceUnreachableError
from imgsvc.keeping.folder import Folder
from imgsvc.results.entry import Entry, decode, encode
from imgsvc.results.results import create_results
from imgsvc.results.settings import ResultStoreSettings
from imgsvc.sources.source import Fetched
from imgsvc.web.reporting.tally import lifetime
from imgsvc.web.stores import Stores
from tests.results.made import rendition as kept_rendition
from tests.waiting import eventually
from tests.web.fakes import SOURCE_URL, FakeRenderer, client, config_of, failing, rendition

PATH = f"/_/w:1/plain/{SOURCE_URL}"
KEY = "recipe/ab/source/wishes"
# No clock of a test is there yet, nor was it ever.
OLD, FRESH = 1, 9_999_999_999


def fetched(status, **headers):
    """A source that answers so."""
    return lambda _job, _scope: Fetched(status, headers, b"a source")


class Shop:
    """An application with a store, and a source that answers as it is told."""

    def __init__(self, root, cache=None, **settings):
        self.folder, self.renderer = Folder(root), FakeRenderer(key=KEY)
        stores = Stores(create_results(ResultStoreSettings(**settings), self.folder))
        self.client = client(self.renderer, stores, cache=cache or {})

    def keeps(self, checked, **headers):
        """An entry of its own."""
        told = {"etag": '"kept"', **{name.replace("_", "-"): value for name, value in headers.items()}}
        made = kept_rendition(body=b"kept", headers=told)
        self.folder.put(KEY, encode(Entry.of(made, KEY, checked)))

    def get(self, **headers):
        return self.client.simulate_get(
            PATH, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )

    @property
    def asked(self):
        """How often the source was."""
        return len(self.renderer.jobs)

    def holds(self, word):
        """Whether its entry has this among its bytes a moment later."""
        return eventually(lambda: word in (self.folder.get(KEY) or b""))


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path, result_store_fresh=10**10)


@pytest.fixture
def old(tmp_path):
    """One whose picture is old."""
    made = Shop(tmp_path, result_store_fresh=0)
    made.keeps(OLD)
    return made


def test_what_was_made_is_answered_again_and_the_source_is_asked_once(shop):
    first = shop.get()
    assert shop.holds(b"png")
    second = shop.get()

    assert (first.content, second.content, shop.asked) == (b"png", b"png", 1)
    assert first.headers["etag"] == second.headers["etag"]


def test_a_client_that_has_it_is_told_so_without_asking_the_source(shop):
    shop.keeps(OLD)
    answer = shop.get(If_None_Match='"kept"')

    assert (answer.status_code, answer.content, shop.asked) == (304, b"", 0)


@pytest.mark.parametrize("condition", ["", '"kept"'], ids=["asked for", "asked after"])
def test_caches_are_told_what_is_left_of_the_source_s_lifetime(tmp_path, condition):
    """RFC 9111 4.2.3: each cache that kept it for the whole of that would make it as old again."""
    shop = Shop(tmp_path, cache={"cache_control_passthrough": True})
    shop.keeps(int(time.time()) - 1000, cache_control="max-age=1500")
    told = lifetime(shop.get(If_None_Match=condition).headers["cache-control"])

    assert (450 < told <= 500, shop.asked) == (True, 0)


def test_a_picture_counts_from_when_its_request_came_for_its_source_was_asked_later(shop):
    shop.renderer.outcome = lambda job, scope: setattr(scope, "started", scope.started - 1000) or rendition(job)
    shop.get()

    assert shop.holds(b"png")
    assert decode(shop.folder.get(KEY), KEY).checked <= time.time() - 1000


def test_a_source_that_says_it_holds_makes_it_good_again(old):
    old.renderer.outcome = fetched(304, etag='"kept"')
    answer = old.get()

    assert (answer.status_code, answer.content) == (200, b"kept")
    assert old.renderer.jobs[0].request.source_headers == {"if-none-match": '"kept"'}
    assert eventually(lambda: f'"checked": {OLD},'.encode() not in old.folder.get(KEY))


def test_a_source_that_has_changed_is_made_anew(old):
    old.renderer.outcome = fetched(200)

    assert old.get().content == b"png"
    assert old.holds(b"png")


@pytest.mark.parametrize("error", [SourceTimeoutError("slow"), SourceUnreachableError("no host")])
def test_a_source_that_is_down_is_stood_in_for_and_caches_ask_again_soon(old, error):
    old.renderer.outcome = failing(error)
    answer = old.get()

    assert (answer.status_code, answer.content) == (200, b"kept")
    assert answer.headers["cache-control"] == "max-age=60, public"


def test_then_nobody_is_told_that_what_he_has_still_holds(old):
    old.renderer.outcome = failing(SourceTimeoutError("slow"))

    assert old.get(If_None_Match='"kept"').status_code == 200


def test_a_source_that_is_gone_is_gone(old):
    old.renderer.outcome = failing(SourceStatusError("gone", status=404))

    assert old.get().status_code == 404
    assert eventually(lambda: old.folder.get(KEY) == b"")


def test_a_source_that_refuses_is_refused_and_may_be_back(old):
    old.renderer.outcome = failing(SourceStatusError("no", status=403))

    assert old.get().status_code == 403
    assert old.folder.get(KEY)


def test_what_stands_in_for_a_source_is_not_kept(shop):
    shop.renderer.outcome, shop.renderer.fallback = failing(SourceTimeoutError("slow")), rendition
    answer = shop.get()

    assert answer.content == b"png"
    assert shop.folder.get(KEY) is None


@pytest.mark.parametrize(("checked", "lookup"), [(None, "miss"), (OLD, "hit")])
def test_the_log_says_what_a_look_into_the_store_came_to(shop, caplog, checked, lookup):
    if checked:
        shop.keeps(checked)
    with caplog.at_level("INFO", "imgsvc.access"):
        shop.get()

    assert [each.fields["store"] for each in caplog.records] == [lookup]


def test_without_a_store_nothing_is_said_of_it(caplog):
    with caplog.at_level("INFO", "imgsvc.access"):
        client(FakeRenderer()).simulate_get(PATH)

    assert "store" not in caplog.records[0].fields


def test_settings_without_a_store_make_none():
    assert config_of().results.result_store is None
