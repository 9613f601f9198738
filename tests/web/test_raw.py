from contextlib import suppress

import pytest

from imgsvc.errors import SourceIncompleteError, SourceStatusError
from imgsvc.options.processing import ProcessingOptions
from imgsvc.rendition import Job, RawRendition, RenderRequest
from imgsvc.runtime.scope import Scope
from imgsvc.source_url import SourceUrl
from imgsvc.web.raw import RawBody, begun, raw_headers
from tests.images import encoded, solid
from tests.web.fakes import FakeStream

PNG = encoded(solid())


def body(stream, scope=None):
    return RawBody(RawRendition(None, stream), scope or Scope(60), "id")


def test_bytes_pass_in_the_order_they_came():
    found = body(FakeStream(parts=(b"a", b"b", b"c")))

    assert list(found) == [b"a", b"b", b"c"]


def test_looking_at_the_first_bytes_does_not_lose_them():
    found = body(FakeStream(parts=(b"a", b"b")))

    first = found.first()

    assert [first, *found] == [b"a", b"a", b"b"]


def test_a_source_that_breaks_off_breaks_the_connection():
    found = body(FakeStream(parts=(b"a", SourceIncompleteError("cut"))))

    with pytest.raises(ConnectionResetError):
        list(found)


def test_a_request_that_ran_out_of_time_breaks_the_connection():
    found = body(FakeStream(), Scope(-1))

    with pytest.raises(ConnectionResetError):
        list(found)


@pytest.mark.parametrize(
    ("headers", "data", "told"),
    [
        pytest.param({"content-type": "text/x"}, PNG, "text/x", id="the source's word counts"),
        pytest.param({}, PNG, "image/png", id="a picture is recognized"),
        pytest.param({}, b"<html>", "application/octet-stream", id="a web page is not shown as one"),
        pytest.param({}, b"", None, id="nothing has no type"),
        pytest.param({"content-encoding": "gzip"}, PNG, None, id="coded bytes are not looked into"),
    ],
)
def test_a_type_that_is_missing_is_told_from_the_bytes(headers, data, told):
    found = body(FakeStream(headers=headers, parts=(data,)))

    assert raw_headers(found).get("content-type") == told


def test_an_answer_without_a_body_has_no_type():
    found = body(FakeStream(status=304, headers={"content-type": "image/png", "etag": '"a"'}))

    assert raw_headers(found) == {"etag": '"a"'}


def test_what_the_client_takes_is_not_the_sources_time():
    now = [0.0]
    scope = Scope(60, clock=lambda: now[0])
    found = body(FakeStream(parts=(b"a", b"b")), scope)
    for _chunk in found:
        now[0] += 10

    assert (scope.elapsed(), scope.working()) == (20, 0)


class Checked(FakeStream):
    """As a fetch: where it ends well its scope is checked."""

    scope = None

    def __exit__(self, kind, error, trace):
        super().__exit__(kind, error, trace)
        self.scope.check()


@pytest.mark.parametrize("ends", ["its client leaves", "its time is over"])
def test_who_has_everything_breaks_nothing_off_when(ends):
    is_gone, now = [False], [0.0]
    stream = Checked(parts=(b"a", b"b"))
    stream.scope = Scope(60, clock=lambda: now[0], client_gone=lambda: is_gone[0])
    found = body(stream, stream.scope)
    told, chunks = [], iter(found)
    found.when_out = told.append
    first = [next(chunks), next(chunks)]
    is_gone[0], now[0] = ends == "its client leaves", 61.0 if ends == "its time is over" else 1.0
    rest = list(chunks)
    found.close()

    assert (first, rest, told) == ([b"a", b"b"], [], [None])


@pytest.mark.parametrize("error", [None, SourceIncompleteError("cut")], ids=["its end", "a fault"])
def test_the_source_is_given_back_with(error):
    stream = FakeStream(parts=(b"a", error) if error else (b"a",))
    found = body(stream)
    with suppress(ConnectionResetError):
        list(found)

    assert stream.ended_by is error


def test_closing_gives_the_source_back():
    stream = FakeStream()

    body(stream).close()

    assert stream.is_closed


@pytest.mark.parametrize(("status", "answered"), [(404, 404), (500, 500), (300, 404), (416, 416)])
def test_what_a_secret_source_says_in_place_of_a_picture_is_not_passed_on(status, answered):
    stream = FakeStream(status=status, parts=(b"no /hush.png",))
    job = Job(RenderRequest("/"), ProcessingOptions(), SourceUrl.parse("http://x/hush.png").hidden("enc/AAEC..."))

    with pytest.raises(SourceStatusError, match=f"^enc/AAEC... answered {status}$") as caught:
        begun(RawRendition(job, stream), Scope(60), "id")

    assert caught.value.status == answered
    assert stream.ended_by is caught.value
