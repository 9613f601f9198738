import pytest
from falcon import testing

from imgsvc.config import Config
from imgsvc.errors import SourceIncompleteError, SourceUnreachableError
from imgsvc.web.application import create_app
from tests.web.fakes import SOURCE_URL, FakeRenderer, FakeStream, FakeTraces, failing, raw, rendition


@pytest.fixture
def traced():
    """The one trace of a request for this outcome."""

    def ask(renderer, path=f"/sig/w:1/plain/{SOURCE_URL}%3Ftoken=hush"):
        traces = FakeTraces()
        testing.TestClient(create_app(renderer, Config(), traces=traces)).simulate_get(path)
        return traces.traces[0] if traces.traces else None

    return ask


def staged(job, scope):
    with scope.stage("fetch"):
        return rendition(job)


def test_a_trace_is_told_of_the_stages_and_of_the_end(traced):
    trace = traced(FakeRenderer(staged))

    assert trace.told == ["+fetch", "-fetch"]
    assert trace.ended[1:] == (200, "NoneType")


def test_a_request_is_told_without_what_it_grants(traced):
    attributes = traced(FakeRenderer(staged)).ended[0]

    assert attributes["http.url"] == f"/***/w:1/plain/{SOURCE_URL}%3F***"
    assert attributes["imgproxy.source_image_origin"] == "https://source.example"


def test_a_failure_is_told(traced):
    assert traced(FakeRenderer(failing(SourceUnreachableError("x")))).ended[1:] == (404, "SourceUnreachableError")


def test_an_answer_that_is_passed_on_ends_when_it_is_out(traced):
    trace = traced(FakeRenderer(raw(FakeStream())))

    assert trace.told[-2:] == ["+streaming_image", "-streaming_image"]
    assert trace.ended[1] == 200


def test_one_that_breaks_off_ends_with_its_error(traced):
    stream = FakeStream(parts=(b"raw", SourceIncompleteError("x")))
    traces = FakeTraces()
    with pytest.raises(ConnectionResetError):
        testing.TestClient(create_app(FakeRenderer(raw(stream)), Config(), traces=traces)).simulate_get(
            f"/s/raw:1/plain/{SOURCE_URL}"
        )

    assert traces.traces[0].ended[2] == "SourceIncompleteError"


def test_pages_have_no_trace(traced):
    assert traced(FakeRenderer(), "/health") is None
