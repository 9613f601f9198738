"""Twin of imgsvc/sources/diagnosis.py."""

import pytest

from imgsvc.config import from_environment
from imgsvc.runtime.scope import Scope
from imgsvc.schemes import create_sources
from imgsvc.settings.env import Mistake
from imgsvc.source_url import SourceUrl
from imgsvc.sources.diagnosis import Step, look
from imgsvc.sources.http import HttpSource
from imgsvc.sources.routing import Router
from imgsvc.sources.settings import SourceSettings
from tests.images import encoded, solid
from tests.misbehaving import Answer, Origin, never_answers, says
from tests.sources.stores.fakes import FakeStore, store_source


def steps(origin: Origin, url: str, *, is_allowed: bool = True, timeout: float = 5) -> list[Step]:
    http = HttpSource(SourceSettings(download_timeout=1), lambda address: None, lambda url: True)
    store = store_source(FakeStore(SourceUrl.parse(origin.url("/"))), timeout)
    return list(look(Router({"http": http, "s3": store}), SourceUrl.parse(url), lambda url: is_allowed, Scope(5)))


def test_each_step_to_an_object_is_told_with_its_time() -> None:
    with Origin({"/a": says(encoded(solid(), "jpeg"), ETag='"tag"')}) as origin:
        found = steps(origin, "s3://b/a")

    assert [each.subject for each in found] == ["bucket", "credentials", "answer", "first bytes"]
    assert all(each.is_well and each.seconds >= 0 for each in found)
    assert "from a word" in found[1].statement
    assert 'etag "tag"' in found[2].statement
    assert "image/jpeg" in found[3].statement


def test_a_source_over_http_has_no_credentials() -> None:
    with Origin({"/a": says(encoded(solid(), "jpeg"))}) as origin:
        found = steps(origin, origin.url("/a"))

    assert [each.subject for each in found] == ["settings", "answer", "first bytes"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (says(b"<Code>AccessDenied</Code>", 403), "least rights"),
        (says(b"<Code>NoSuchBucket</Code>", 404), "no such bucket"),
        (says(b"<Code>SignatureDoesNotMatch</Code>", 403), "the secret is not the key's"),
        (says(b"", 404), "nothing under this name"),
        (says(b"", 418), "curl"),
        (never_answers, "DOWNLOAD_TIMEOUT"),
    ],
)
def test_a_step_that_fails_is_the_last_and_says_what_to_do(answer: Answer, said: str) -> None:
    with Origin({"/a": answer}) as origin:
        # Of those that answer, none is late on a busy machine.
        found = steps(origin, "s3://b/a", timeout=1 if answer is never_answers else 30)

    assert [each.is_well for each in found] == [True, True, False]
    assert said in found[-1].statement


def nobody() -> str:
    """An address at which nobody listens."""
    with Origin({}) as origin:
        return f"http://127.0.0.1:{origin.port}"


def stores(address: str) -> Router:
    """All of them, whose servers and logins are there, with secrets."""
    own = {
        "USE_S3": "1",
        "S3_ENDPOINT": address,
        "USE_GCS": "1",
        "GCS_ENDPOINT": address,
        "USE_ABS": "1",
        "ABS_NAME": "account",
        "ABS_ENDPOINT": address,
        "ABS_SAS_TOKEN": "sv=1&sig=hushhush",
        "USE_SWIFT": "1",
        "SWIFT_AUTH_URL": f"{address}/v3",
        "SWIFT_USERNAME": "me",
        "SWIFT_API_KEY": "hushhush",
        "AWS_ACCESS_KEY_ID": "AKID",
        "AWS_SECRET_ACCESS_KEY": "hushhush",
        "CLOUDSDK_CONFIG": "/nowhere",
        "GCE_METADATA_HOST": address.removeprefix("http://"),
    }
    mistakes: list[Mistake] = []
    found = create_sources(from_environment({f"IMGSVC_{name}": value for name, value in own.items()}), mistakes)
    assert not mistakes
    return found


@pytest.mark.parametrize("scheme", ["s3", "gs", "abs", "swift"])
def test_of_each_store_that_is_down_the_step_that_fails_is_told_and_what_to_do(scheme: str) -> None:
    url = SourceUrl.parse(f"{scheme}://shop/a")

    found = list(look(stores(nobody()), url, lambda url: True, Scope(5)))

    assert found[0].is_well
    assert not found[-1].is_well
    assert "curl" not in found[-1].statement
    assert "hush" not in "".join(each.statement for each in found)


@pytest.mark.parametrize(
    ("url", "is_allowed", "said"),
    [
        ("s3://B/a", True, "is no container"),
        ("s3://b/a", False, "ALLOWED_SOURCES"),
        ("gs://b/a", True, "USE_GCS enables it"),
        ("b/a", True, "no scheme"),
    ],
)
def test_what_the_settings_forbid_is_not_asked_for(url: str, is_allowed: bool, said: str) -> None:
    with Origin({}) as origin:
        found = steps(origin, url, is_allowed=is_allowed)

        assert origin.heads == []

    assert [each.is_well for each in found] == [False]
    assert said in found[0].statement
