"""Twin of imgsvc/sources/routing.py."""

import pytest

from imgsvc.errors import SourceUnreachableError
from imgsvc.runtime.scope import Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.routing import Router
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.source import SourceRequest
from imgsvc.sources.stores.asking import StoreClient
from imgsvc.sources.stores.source import StoreSource
from tests.sources.fakes import FakeSource, FakeStream
from tests.sources.stores.fakes import FakeStore

HTTP = FakeSource(FakeStream())
LOCAL = FakeSource(FakeStream())
ROUTER = Router({"http": HTTP, "local": LOCAL})


def test_the_scheme_chooses_the_source() -> None:
    assert ROUTER.source_for(SourceUrl.parse("local:///a")) is LOCAL
    assert ROUTER.source_for(SourceUrl.parse("http://x/a")) is HTTP


def test_a_scheme_may_be_in_capitals() -> None:
    assert ROUTER.source_for(SourceUrl.parse("HTTP://x/a")) is HTTP


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("s3://bucket/key", "USE_S3"), ("gs://bucket/key", "USE_GCS"), ("abs://c/key", "USE_ABS"),
        ("swift://c/key", "USE_SWIFT"), ("ftp://x/a", "no source for ftp://"), ("a/b.jpg", "no scheme"),
        ("", "no scheme"), ("//x/a", "no scheme"), ("://x", "no scheme"), ("1http://x", "no scheme"),
    ],
)  # fmt: skip
def test_an_unknown_scheme_is_refused_with_the_setting_that_would_enable_it(url: str, text: str) -> None:
    with pytest.raises(SourceUnreachableError, match=text):
        ROUTER.source_for(SourceUrl.parse(url))


def test_local_is_named_with_its_setting_where_it_is_off() -> None:
    with pytest.raises(SourceUnreachableError, match="LOCAL_FILESYSTEM_ROOT"):
        Router({}).source_for(SourceUrl.parse("local:///a"))


def test_a_router_is_a_source() -> None:
    assert ROUTER.open(SourceRequest(SourceUrl.parse("local:///a")), Scope(5)) is LOCAL.stream


def test_whose_answer_comes_first_is_asked_of_the_source_of_the_scheme() -> None:
    bucket = StoreSource(FakeStore(SourceUrl.parse("http://x/"), is_logged_in=False), StoreClient(SourceSettings()), 5)
    router = Router({"s3": bucket, "http": HTTP})

    origins = [router.awaited(SourceUrl.parse(url)) for url in ("s3://shop/a", "http://x/a", "gs://shop/a")]

    assert origins == ["s3://", "http://x", "gs://shop"]
