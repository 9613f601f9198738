import threading

import pytest

from imgsvc.errors import (
    BrokenImageError,
    HashsumError,
    RequestTimeoutError,
    SourceIncompleteError,
    SourceStatusError,
    SourceUnreachableError,
    UndecodableImageError,
    UnknownFormatError,
)
from imgsvc.options.processing import ProcessingOptions
from imgsvc.runtime.scope import NoJournal, NotAtOnceError, Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.source import Fetched
from imgsvc.watermarks.fallbacks import Fallbacks, as_fallback, is_replaceable
from imgsvc.watermarks.fetching import WatermarkFetches

URL = SourceUrl.parse("http://x/none.png")
BODY = Fetched(200, {"etag": "1", "expires": "0", "last-modified": "0"}, b"none")


def fallbacks(get, **more) -> Fallbacks:
    return Fallbacks(WatermarkFetches(get, what="fallback image"), **more)


def fails(error: Exception):
    def get(_source: SourceUrl, _scope: Scope) -> Fetched:
        raise error

    return get


def test_a_url_s_own_is_fetched_as_it_stands_or_rewritten() -> None:
    plain = fallbacks(fails(ValueError()))
    rewritten = fallbacks(fails(ValueError()), rewritten=lambda url: SourceUrl.parse(f"http://x/{url}"))

    assert plain.source_of(ProcessingOptions(fallback_image_url="http://x/none.png")) == URL
    assert rewritten.source_of(ProcessingOptions(fallback_image_url="none.png")) == URL


def test_what_is_passed_on_has_none() -> None:
    assert fallbacks(fails(ValueError())).source_of(ProcessingOptions(raw=True, fallback_image_url="http://x/")) is None


def test_it_is_the_image_less_what_is_true_of_it_alone() -> None:
    found = fallbacks(lambda _source, _scope: BODY).fetched(URL, Scope(60), NoJournal)

    assert found == as_fallback(BODY) == Fetched(200, {"etag": "1"}, b"none")


@pytest.mark.parametrize("error", [SourceStatusError("gone", status=404), ZeroDivisionError("a fault of ours")])
def test_one_that_cannot_be_had_is_none(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    assert fallbacks(fails(error)).fetched(URL, Scope(60), NoJournal) is None
    assert "cannot be had" in caplog.text


def test_one_that_is_kept_is_fetched_once() -> None:
    asked: list[str] = []

    def get(source: SourceUrl, _scope: Scope) -> Fetched:
        asked.append(source.text)
        return BODY

    made = fallbacks(get)
    for _ in range(3):
        made.fetched(URL, Scope(60), NoJournal)

    assert asked == [URL.text]


def test_the_end_of_a_request_is_the_end_of_the_wait() -> None:
    goes_on = threading.Event()

    def get(_source: SourceUrl, _scope: Scope) -> Fetched:
        goes_on.wait(60)
        return BODY

    with pytest.raises(RequestTimeoutError):
        fallbacks(get).fetched(URL, Scope(0.05), NoJournal)
    goes_on.set()


def test_who_does_not_wait_has_none_and_who_cannot_is_told_so() -> None:
    goes_on, scope = threading.Event(), Scope(60)
    made = fallbacks(lambda _source, _scope: goes_on.wait(60) and BODY)

    assert made.fetched(URL, scope, NoJournal, waits=False) is None
    scope.patient_until = 0.0
    with pytest.raises(NotAtOnceError):
        made.fetched(URL, scope, NoJournal)
    goes_on.set()


@pytest.mark.parametrize(
    ("error", "stands_in"),
    [
        (SourceUnreachableError("no"), True),
        (SourceStatusError("no", status=500), True),
        (UnknownFormatError("a page"), True),
        (UndecodableImageError("nothing"), True),
        (SourceIncompleteError("cut"), True),
        (BrokenImageError("cut"), False),
        (HashsumError("another"), False),
        (RequestTimeoutError("late"), False),
    ],
)
def test_an_image_stands_in_for_what_is_none(error: Exception, stands_in: bool) -> None:
    assert is_replaceable(error) == stands_in


def test_none_stands_in_for_a_picture_whose_watermark_is_missing() -> None:
    error = SourceUnreachableError("no")
    error.of_watermark = True

    assert not is_replaceable(error)
