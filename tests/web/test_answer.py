import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import falcon
import pytest
from falcon import testing

import imgsvc.web
from imgsvc.errors import SourceIncompleteError
from imgsvc.options.processing import ProcessingOptions
from imgsvc.rendition import NotModified
from imgsvc.runtime.http.answers import EVERY_ANSWER
from imgsvc.telemetry.traces import Traces
from imgsvc.web.answer import Answer, write
from imgsvc.web.application import create_app
from tests.web.fakes import FakeRenderer, FakeStream, client, config_of, failing, raw, rendition

POLICY = EVERY_ANSWER["Content-Security-Policy"]

PATH = "/_/rs:fit:4:2/plain/https://source.example/cats/cat.png"
OF_A_PICTURE = {"cache-control", "expires", "etag", "last-modified", "content-disposition", "link", "vary", "age"}
FAULT = ZeroDivisionError("at any moment")
CUT = SourceIncompleteError("cut at once")


class Breaking(Mapping):
    """Headers that cannot be read."""

    def __getitem__(self, _name):
        raise FAULT

    def __iter__(self):
        raise FAULT

    def __len__(self):
        raise FAULT


class BreakingTraces(Traces):
    """Traces that begin, and fail when they end: by then the picture's headers are set."""

    def __init__(self):
        pass

    def begin(self, _headers, _started):
        return self

    trace_id = "t"

    def end(self, *_):
        raise FAULT

    enter = leave = end


def of(**fields):
    return lambda job, _scope: replace(rendition(job), **fields)


def raw_of(**fields):
    return FakeRenderer(raw(FakeStream(**fields)), options=ProcessingOptions(raw=True))


TYPED = {"content-type": "image/png", "etag": '"a"'}
STEPS = {
    "a URL that cannot be prepared": FakeRenderer(refusal=FAULT),
    "a picture that cannot be made": FakeRenderer(failing(FAULT)),
    "a picture without headers": FakeRenderer(of(source_headers=Breaking())),
    "a picture without a size": FakeRenderer(of(origin_size=None)),
    "a body that is none": FakeRenderer(of(body=7)),
    "a 304 without headers": FakeRenderer(lambda job, _scope: NotModified(job, Breaking())),
    "a stand-in that fails": FakeRenderer(failing(CUT), fallback=failing(FAULT)),
    "a raw answer without headers": raw_of(headers=Breaking()),
    "a raw answer without a status": raw_of(status=None),
    "a raw body whose first step fails": raw_of(headers=TYPED, parts=(FAULT,)),
    "a raw body that breaks off at once": raw_of(headers=TYPED, parts=(CUT,)),
    "a raw body that is told from its bytes": raw_of(headers={}, parts=(FAULT,)),
    "a raw body that is no bytes": raw_of(headers={}, parts=(7,)),
}


@pytest.mark.parametrize("renderer", STEPS.values(), ids=STEPS)
def test_whatever_is_raised_when_the_answer_is_an_error_without_anything_of_the_picture(renderer):
    asked = client(renderer, web={"enable_debug_headers": True, "set_canonical_header": True})

    answer = asked.simulate_get(PATH)

    assert (answer.status_code, answer.headers["content-type"]) in ((500, "text/plain"), (422, "text/plain"))
    assert not OF_A_PICTURE & set(answer.headers)


@pytest.mark.parametrize("renderer", [FakeRenderer(), raw_of(headers=TYPED)], ids=["a picture", "a raw answer"])
def test_what_fails_behind_the_answer_leaves_nothing_of_it(renderer):
    config = config_of(formats={"auto_webp": True})
    app = create_app(renderer, config, traces=BreakingTraces())

    answer = testing.TestClient(app).simulate_get(PATH)

    assert (answer.status_code, answer.text) == (500, "Internal error")
    assert not OF_A_PICTURE & set(answer.headers)
    assert answer.headers["content-security-policy"] == POLICY


@pytest.mark.parametrize("path", ["/", "/health", PATH, "/favicon.ico", "/_/broken", "/%zz"])
def test_every_answer_says_who_made_it_and_what_a_browser_may_do_with_it(path):
    headers = client().simulate_get("/x", extras={"RAW_URI": path}).headers

    assert (headers["server"], headers["content-security-policy"]) == ("imgsvc", POLICY)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-request-id"]


def test_nothing_else_sets_anything_of_a_response():
    setting = re.compile(r"\b(resp|response)\.(set_\w+|append_\w+|\w+ =[^=])")
    rooms = Path(imgsvc.web.__file__).parent.glob("*.py")

    found = {each.name: names for each in rooms if (names := setting.findall(each.read_text("utf-8")))}

    assert set(found) == {"answer.py", "middleware.py"}
    assert found["middleware.py"] == [("response", "complete = ")]


def test_an_answer_clears_what_was_set_before():
    request = falcon.Request(testing.create_environ())
    response = falcon.Response()
    stream = FakeStream()
    write(request, response, Answer(200, {"ETag": '"a"', "Content-Length": "9"}, stream=stream))

    write(request, response, Answer.text(500, "no"))

    assert stream.is_closed
    assert (response.status_code, response.stream, response.data) == (500, None, b"no")
    assert not {"etag", "content-length"} & set(response.headers)
