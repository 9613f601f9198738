import io
import math

import pytest

from imgsvc.errors import RequestTimeoutError, SignatureError, SourceIncompleteError, SourceUnreachableError
from imgsvc.options.processing import ProcessingOptions
from imgsvc.runtime.scope import NotAtOnceError
from imgsvc.web.application import create_app
from imgsvc.web.exchange import KEY
from tests.web.fakes import SOURCE_URL, FakeRenderer, FakeStream, FakeTraces, config_of, failing, raw, rendition

TARGET = f"/sig/w:1/plain/{SOURCE_URL}"


class Server:
    """The application with what it does beforehand, called as a worker calls it."""

    def __init__(self, renderer, traces=None):
        self.renderer = renderer
        self.app = create_app(renderer, config_of(), traces=traces)
        self.environ = {
            "REQUEST_METHOD": "GET",
            "RAW_URI": TARGET,
            "PATH_INFO": TARGET,
            "QUERY_STRING": "",
            "SERVER_NAME": "x",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(),
        }

    def prepare(self, **environ):
        return self.app.ahead(self.environ | environ if environ else self.environ)

    def call(self):
        """The status of the answer, and its body."""
        told = []
        body = self.app(self.environ, lambda status, headers, *_: told.append(status))
        return told[0][:3], body


def test_a_request_is_read_once_and_fetched_once():
    server = Server(FakeRenderer())
    server.prepare().fetch()
    status, body = server.call()

    assert (status, b"".join(body)) == ("200", b"png")
    assert (len(server.renderer.requests), len(server.renderer.jobs)) == (1, 1)


def test_it_says_what_is_to_be_fetched():
    assert Server(FakeRenderer()).prepare().source.text == SOURCE_URL


def test_what_is_no_get_needs_nothing_beforehand():
    server = Server(FakeRenderer())

    assert server.prepare(REQUEST_METHOD="HEAD") is None
    assert server.renderer.requests == []


def test_a_refusal_costs_no_fetch_and_is_not_thought_about_again():
    server = Server(FakeRenderer(refusal=SignatureError("wrong")))
    prepared = server.prepare()

    assert prepared is None
    assert server.call()[0] == "403"
    assert (len(server.renderer.requests), server.renderer.jobs) == (1, [])


def test_an_error_of_the_fetch_is_kept_for_the_answer():
    server = Server(FakeRenderer(failing(SourceUnreachableError("gone"))))
    server.prepare().fetch()

    assert server.call()[0] == "404"
    assert len(server.renderer.jobs) == 1


def test_an_error_that_is_no_fault_of_a_source_ends_no_thread():
    server = Server(FakeRenderer(failing(ZeroDivisionError())))

    server.prepare().fetch()

    assert isinstance(server.environ[KEY].source_error, ZeroDivisionError)


def test_nor_does_one_of_what_stands_in_for_it():
    renderer = FakeRenderer(failing(SourceUnreachableError("gone")), fallback=failing(ZeroDivisionError()))
    server = Server(renderer)

    server.prepare().fetch()

    assert isinstance(server.environ[KEY].source_error, SourceUnreachableError)


def test_what_is_not_there_at_once_may_be_fetched_again():
    server = Server(FakeRenderer(failing(NotAtOnceError())))
    prepared = server.prepare()
    with pytest.raises(NotAtOnceError):
        prepared.fetch(0.05)
    scope = server.environ[KEY].scope

    assert (server.environ[KEY].source_error, scope.patient_until) == (None, math.inf)


def test_nor_is_what_stands_in_for_it_given_up_where_that_is_not_there_at_once():
    server = Server(FakeRenderer(failing(SourceUnreachableError("gone")), fallback=failing(NotAtOnceError())))
    prepared = server.prepare()
    with pytest.raises(NotAtOnceError):
        prepared.fetch(0.05)
    server.renderer.fallback = rendition
    prepared.fetch()

    assert server.environ[KEY].stand_in is not None
    assert len(server.renderer.jobs) == 1


def test_what_is_passed_on_is_not_even_tried_where_it_cannot_be_waited_for():
    server = Server(FakeRenderer(raw(FakeStream()), options=ProcessingOptions(raw=True)))
    prepared = server.prepare()

    with pytest.raises(NotAtOnceError):
        prepared.fetch(0.05)

    assert server.renderer.jobs == []


@pytest.mark.parametrize("ends", [lambda prepared: prepared.end(), lambda prepared: prepared.abandon(499)])
def test_what_was_begun_of_a_fetch_is_given_up_with_the_request(ends):
    server, begun = Server(FakeRenderer()), io.BytesIO()
    prepared = server.prepare()
    server.environ[KEY].scope.hand_over("key", begun)

    ends(prepared)

    assert begun.closed


def test_a_refused_source_is_answered_with_why_and_not_fetched():
    server = Server(FakeRenderer())

    assert not server.prepare().refuse(SourceUnreachableError("down"))
    assert server.call()[0] == "404"
    assert server.renderer.jobs == []


def test_what_stands_in_for_a_refused_source_is_fetched_beforehand_too():
    server = Server(FakeRenderer(fallback=rendition))
    prepared = server.prepare()

    assert prepared.refuse(SourceUnreachableError("down"))
    prepared.fetch()
    server.renderer.fallback = failing(AssertionError("it is fetched already"))
    assert b"".join(server.call()[1]) == b"png"


def test_a_raw_answer_is_begun_when_it_is_fetched():
    stream = FakeStream(parts=(SourceIncompleteError("cut"),))
    server = Server(FakeRenderer(raw(stream)))
    server.prepare().fetch()

    assert stream.is_closed
    assert server.call()[0][0] in "45"


def test_a_raw_answer_is_streamed_once_it_is_fetched():
    prepared = Server(FakeRenderer(raw(FakeStream()))).prepare()
    before = prepared.is_streamed
    prepared.fetch()

    assert (before, prepared.is_streamed) == (False, True)


def test_and_its_body_may_be_passed_on_elsewhere():
    stream = FakeStream()
    server = Server(FakeRenderer(raw(stream)))
    server.prepare().fetch()
    status, body = server.call()

    assert (status, getattr(body, "is_streamed", False)) == ("200", True)
    assert b"".join(body) == b"rawbytes"
    body.close()
    assert stream.is_closed


def test_one_that_is_abandoned_is_closed():
    stream = FakeStream()
    prepared = Server(FakeRenderer(raw(stream))).prepare()
    prepared.fetch()
    prepared.abandon(503)

    assert stream.is_closed


def test_the_trace_of_one_that_is_abandoned_ends_with_what_its_client_was_told():
    traces = FakeTraces()
    Server(FakeRenderer(), traces).prepare().abandon(503)

    assert traces.traces[0].ended[1] == 503


@pytest.mark.parametrize("end", ["end", "abandon"])
def test_the_bytes_of_a_source_are_given_back_at_the_end(end):
    server = Server(FakeRenderer())
    prepared = server.prepare()
    server.environ[KEY].scope.credit.reserve(server.environ[KEY].scope, 5_000_000)
    held = server.app.ahead.held_bytes
    getattr(prepared, end)(*([503] if end == "abandon" else []))

    assert (held > 0, server.app.ahead.held_bytes) == (True, 0)


def test_a_watermark_is_under_way_before_the_source_is_fetched():
    order = []
    renderer = FakeRenderer(lambda job, scope: order.append(len(renderer.begun)) or rendition(job), watermark=bool)
    server = Server(renderer)
    server.prepare().fetch()

    assert (order, server.call()[0]) == ([1], "200")


def test_the_main_thread_fetches_no_source_whose_picture_waits_for_a_watermark():
    renderer = FakeRenderer(watermark=bool)
    with pytest.raises(NotAtOnceError):
        Server(renderer).prepare().fetch(0.05)

    assert (renderer.begun, renderer.jobs) == ([], [])


def test_a_request_that_ends_while_it_waits_for_its_watermark_is_answered_so():
    server = Server(FakeRenderer(watermark=lambda: failing(RequestTimeoutError("late"))(None, None)))
    server.prepare().fetch()

    assert server.call()[0] == "503"


def test_nobody_waits_for_the_watermark_of_a_source_that_is_not_there():
    renderer = FakeRenderer(failing(SourceUnreachableError("gone")), watermark=failing(AssertionError()))
    server = Server(renderer)
    server.prepare().fetch()

    assert server.call()[0] == "404"


def test_nothing_is_kept_of_a_watermark_once_it_is_answered():
    server = Server(FakeRenderer(watermark=bool))
    prepared = server.prepare()
    prepared.fetch()
    server.call()
    prepared.end()

    assert server.environ[KEY].watermarks == ()
