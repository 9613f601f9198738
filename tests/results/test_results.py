from dataclasses import replace

import pytest

from imgsvc.errors import (
    CredentialsError,
    OriginDownError,
    SourceAddressError,
    SourceIncompleteError,
    SourceStatusError,
    SourceTimeoutError,
    SourceTooLargeError,
    SourceUnreachableError,
)
from imgsvc.keeping.folder import Folder
from imgsvc.keeping.lookup import Lookup
from imgsvc.options.processing import ProcessingOptions
from imgsvc.rendition import Job
from imgsvc.results.entry import Entry, encode
from imgsvc.results.naming import folder_of_tag
from imgsvc.results.results import MOST_TAGS, Results, asking, create_results, holds, outlives
from imgsvc.results.settings import ResultStoreSettings
from imgsvc.runtime.scope import NotAtOnceError
from tests.results.made import KEY, job, rendition
from tests.waiting import eventually


class Store:
    """Results in a folder, at a moment that a test sets."""

    def __init__(self, root, **settings):
        self.now, self.folder = 1000.0, Folder(root)
        self.results = Results(self.folder, fresh_seconds=100, now=lambda: self.now, **settings)

    def keeps(self, made=None, seconds=1.0):
        """Whether it is there a moment later."""
        self.results.keep(made or rendition(), seconds)
        assert eventually(lambda: self.results.writer.is_empty)
        return self.folder.get(KEY) is not None


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


def test_what_was_made_is_found(store) -> None:
    assert store.keeps()
    found = store.results.look_up(job())

    assert (found.entry.body, found.is_fresh) == (b"a picture", True)


def test_its_time_counts_from_when_its_source_was_asked(store) -> None:
    store.results.keep(rendition(), 1.0, ago=30)
    assert eventually(lambda: store.results.writer.is_empty)
    store.now += 70

    assert not store.results.look_up(job()).is_fresh


def test_what_is_put_is_there_at_once(store) -> None:
    store.results.put(rendition())

    assert store.results.look_up(job()).is_fresh


def test_what_is_old_is_found_and_said_to_be_old(store) -> None:
    store.keeps()
    store.now += 100

    assert not store.results.look_up(job()).is_fresh


def test_what_was_never_made_is_not_found(store) -> None:
    assert store.results.look_up(job()) is Lookup.MISS


@pytest.mark.parametrize("data", [b"", b"odd", encode(Entry.of(rendition(), "another/key", 1000))])
def test_nor_is_what_is_damaged_or_somebody_else_s(store, data) -> None:
    store.folder.put(KEY, data)

    assert store.results.look_up(job()) is Lookup.MISS


def test_and_it_is_mended_by_the_next_one(store) -> None:
    store.folder.put(KEY, b"odd")

    assert store.keeps()
    assert store.results.look_up(job()).is_fresh


def test_a_store_that_cannot_be_read_is_no_error_and_said_once(store, tmp_path, caplog) -> None:
    (tmp_path / KEY).mkdir(parents=True)

    assert [store.results.look_up(job()) for _ in range(3)] == [Lookup.FAILED] * 3
    assert len(caplog.records) == 1


def test_what_is_in_memory_is_found_at_once_and_what_nobody_knows_of_is_not(store) -> None:
    store.keeps()

    assert store.results.glance(job()).entry.body == b"a picture"
    assert store.results.glance(job(key="")) is Lookup.MISS
    with pytest.raises(NotAtOnceError):
        store.results.glance(job(key="recipe/ab/source/others"))


def test_what_a_client_s_own_headers_made_is_neither_kept_nor_found(store) -> None:
    personal = job(headers={"cookie": "id=1"})

    assert not store.keeps(rendition(personal))
    store.keeps()
    assert store.results.look_up(personal) is Lookup.MISS


def test_what_has_no_key_is_not_kept(store) -> None:
    assert not store.keeps(rendition(job(key="")))
    assert store.results.look_up(job(key="")) is Lookup.MISS


def test_what_the_source_calls_private_is_not_kept(store) -> None:
    assert not store.keeps(rendition(headers={"cache-control": "private"}))


def test_what_was_quick_to_make_is_not_kept(tmp_path) -> None:
    store = Store(tmp_path, min_seconds=0.1)

    assert not store.keeps(seconds=0.09)
    assert store.keeps(seconds=0.1)


def test_what_the_source_says_that_it_holds_is_good_for_as_long_again(store) -> None:
    store.keeps()
    store.now += 1000
    renewed = store.results.renewed(store.results.look_up(job()), {"cache-control": "max-age=5"}, job())
    assert eventually(lambda: store.results.writer.is_empty)

    assert renewed.source_headers == {"etag": '"one"', "cache-control": "max-age=5"}
    assert store.results.look_up(job()).is_fresh


def test_and_counts_from_when_it_was_asked(store) -> None:
    store.keeps()
    store.now += 1000
    renewed = store.results.renewed(store.results.look_up(job()), {}, job(), ago=30)

    assert renewed.checked == 1970


def tagged(*tags: str) -> Job:
    return replace(job(), options=ProcessingOptions(cache_tags=tags))


def markers(store) -> set[str]:
    """Of which tags there is one."""
    return {tag for tag in "abc" if list(store.folder.keys(folder_of_tag(tag)))}


def test_what_has_tags_is_found_by_each_and_by_those_of_who_asks_later(store) -> None:
    store.keeps(rendition(tagged("a", "b")))
    first = markers(store)
    store.results.tag(store.results.look_up(job()).entry, tagged("c"))
    assert eventually(lambda: store.results.writer.is_empty)

    assert (first, markers(store)) == ({"a", "b"}, {"a", "b", "c"})
    assert store.results.look_up(job()).entry.tags == ("a", "b", "c")


def test_what_has_the_tags_already_is_not_written_again(store) -> None:
    store.keeps(rendition(tagged("a")))
    store.results.tag(store.results.look_up(job()).entry, tagged("a"))

    assert store.results.writer.is_empty


def test_who_may_write_urls_does_not_fill_an_entry_with_tags(store) -> None:
    entry = replace(Entry.of(rendition(), KEY, 1000), tags=tuple(map(str, range(MOST_TAGS))))
    store.results.tag(entry, tagged("one more"))

    assert store.results.writer.is_empty


def test_a_source_is_asked_by_what_it_said_and_not_by_what_the_client_has(store) -> None:
    store.keeps()
    asked = asking(job(headers={"if-none-match": '"client"'}), store.results.look_up(job()))

    assert asked.request.source_headers == {"if-none-match": '"one"'}


def test_a_client_that_has_the_picture_is_told_so() -> None:
    entry = Entry.of(rendition(), KEY, 1000)

    assert holds(job(headers={"if-none-match": '"one"'}), entry)
    assert not holds(job(headers={"if-none-match": '"two"'}), entry)
    assert not holds(job(), entry)


@pytest.mark.parametrize(
    "error",
    [
        SourceStatusError("", status=500),
        SourceStatusError("", status=429),
        SourceUnreachableError(""),
        SourceTimeoutError(""),
        OriginDownError(""),
        SourceIncompleteError(""),
        CredentialsError(""),
    ],
    ids=lambda error: f"{type(error).__name__} {error.status}",
)
def test_an_old_picture_is_better_than_a_source_that_is_down(error) -> None:
    assert outlives(job(), error)


@pytest.mark.parametrize(
    "error",
    [
        SourceStatusError("", status=404),
        SourceStatusError("", status=403),
        SourceAddressError(""),
        SourceTooLargeError(""),
        ZeroDivisionError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_but_not_than_one_that_says_it_is_gone(error) -> None:
    assert not outlives(job(), error)


def test_nor_than_a_file_that_is_not_there_any_more() -> None:
    assert not outlives(job(source="local:///cat.png"), SourceUnreachableError(""))


def test_a_store_is_made_of_its_settings(tmp_path) -> None:
    settings = ResultStoreSettings()

    assert create_results(settings, Folder(tmp_path))
    assert create_results(settings, None) is None
