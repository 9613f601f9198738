from dataclasses import replace

import pytest

from imgsvc.errors import ClientClosedRequestError, ResolutionError, SourceUnreachableError, UnknownFormatError
from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions
from imgsvc.rendition import InfoRendition
from imgsvc.source_url import SourceUrl
from imgsvc.sources.source import Fetched
from tests.web.fakes import FakeRenderer, FakeStream, client, failing, not_modified, raw, rendition

PATH = "/_/rs:fit:4:2/plain/https://source.example/cats/cat.png"
UNREACHABLE = SourceUnreachableError("no such host")


def get(renderer=None, *, headers=None, **sections):
    return client(renderer, **sections).simulate_get(PATH, headers=headers)


def test_a_rendition_becomes_an_answer():
    answer = get()

    assert (answer.status_code, answer.content) == (200, b"png")
    assert answer.headers["content-type"] == "image/png"


def test_an_answer_says_its_length():
    assert get().headers["content-length"] == "3"


def test_an_answer_carries_name_lifetime_and_validator():
    headers = get().headers

    assert headers["content-disposition"] == 'inline; filename="cat.png"'
    assert headers["cache-control"] == "max-age=31536000, public"
    assert headers["etag"] == '"source"'


def test_the_url_decides_name_and_attachment():
    options = ProcessingOptions(filename="dog", return_attachment=True)

    assert get(FakeRenderer(options=options)).headers["content-disposition"] == 'attachment; filename="dog.png"'


def test_the_renderer_gets_the_target_as_it_was_sent():
    renderer = FakeRenderer()

    client(renderer).simulate_get("/x", extras={"RAW_URI": "//_//rs%3Afit/plain/a%20b?c=%64"})

    assert renderer.requests[0].target == "//_//rs%3Afit/plain/a%20b?c=%64"


def test_the_renderer_learns_what_is_accepted():
    renderer = FakeRenderer()

    get(renderer, headers={"Accept": "image/webp,*/*"})

    assert renderer.requests[0].accepted == {Format.WEBP}


def test_answers_vary_where_formats_are_negotiated():
    assert get(formats={"auto_webp": True}).headers["vary"] == "Accept"


def test_answers_do_not_vary_otherwise():
    assert "vary" not in get().headers


def test_conditions_reach_the_source():
    renderer = FakeRenderer()

    get(renderer, headers={"If-None-Match": '"a"', "Range": "bytes=0-1", "Accept-Encoding": "gzip"})

    assert renderer.jobs[0].request.source_headers == {"if-none-match": '"a"'}


def test_cookies_reach_the_source_where_they_may():
    renderer = FakeRenderer()

    get(renderer, headers={"Cookie": "a=b"}, web={"cookie_passthrough": True, "cookie_passthrough_all": True})

    assert renderer.jobs[0].request.source_headers == {"cookie": "a=b"}


def test_an_unmodified_source_gives_304_with_validators_and_no_body():
    answer = get(FakeRenderer(not_modified))

    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", '"source"')
    assert not {"content-disposition", "content-type", "link"} & set(answer.headers)


def test_an_unmodified_source_says_how_long_it_stays_so():
    assert get(FakeRenderer(not_modified)).headers["cache-control"] == "max-age=31536000, public"


def test_debug_headers_are_sent_where_they_are_on():
    headers = get(web={"enable_debug_headers": True}).headers

    sizes = [headers[f"x-{name}"] for name in ("origin-width", "origin-height", "result-width", "result-height")]
    assert sizes == ["20", "10", "4", "2"]
    assert headers["x-origin-content-length"] == "99"


def test_the_canonical_link_is_sent_where_it_is_on():
    link = get(web={"set_canonical_header": True}).headers["link"]

    assert link == '<https://source.example/cats/cat.png>; rel="canonical"'


def test_a_source_s_header_that_would_break_the_answer_is_left_out():
    def poisoned(job, _scope):
        return type(rendition(job))(**{**fields(rendition(job)), "source_headers": {"etag": '"a\r\nX: y"'}})

    assert "etag" not in get(FakeRenderer(poisoned)).headers


def fields(value):
    return {name: getattr(value, name) for name in value.__slots__}


def test_an_error_has_no_lifetime_and_no_name():
    answer = get(FakeRenderer(failing(UNREACHABLE)))

    assert (answer.status_code, answer.text) == (404, "Source is unreachable")
    assert not {"cache-control", "content-disposition", "etag"} & set(answer.headers)


def test_a_client_that_left_while_it_was_rendered_is_499():
    assert get(FakeRenderer(failing(ClientClosedRequestError("left")))).status_code == 499


def test_a_request_has_the_configured_time():
    left = []

    get(FakeRenderer(lambda job, scope: left.append(scope.remaining()) or rendition(job)), runtime={"timeout": 3})

    assert 2 < left[0] <= 3


# The fallback image


def test_the_fallback_image_stands_in():
    answer = get(FakeRenderer(failing(UNREACHABLE), fallback=rendition))

    assert (answer.status_code, answer.content) == (200, b"png")


def test_the_fallback_image_keeps_the_source_s_name():
    answer = get(FakeRenderer(failing(UNREACHABLE), fallback=rendition))

    assert answer.headers["content-disposition"] == 'inline; filename="cat.png"'


def test_the_fallback_image_has_the_configured_status_and_lifetime():
    settings = {"fallback_image_http_code": 203, "fallback_image_ttl": 60}

    answer = get(FakeRenderer(failing(UNREACHABLE), fallback=rendition), fallback=settings)

    assert (answer.status_code, answer.headers["cache-control"]) == (203, "max-age=60, public")


def test_status_0_is_the_error_s_own_and_has_no_lifetime():
    answer = get(FakeRenderer(failing(UNREACHABLE), fallback=rendition), fallback={"fallback_image_http_code": 0})

    assert answer.status_code == 404
    assert "cache-control" not in answer.headers


def test_an_error_without_a_fallback_stays_an_error():
    assert get(FakeRenderer(failing(ResolutionError("too large")))).status_code == 422


# Raw answers

RAW = ProcessingOptions(raw=True)


def get_raw(stream, *, headers=None, **sections):
    renderer = FakeRenderer(raw(stream), options=RAW)
    answer = get(renderer, headers=headers, **sections)
    return answer, renderer


def test_a_raw_answer_is_the_source_s_own():
    answer, _ = get_raw(FakeStream(status=206, headers={"content-type": "text/plain", "content-range": "bytes 0-7/9"}))

    assert (answer.status_code, answer.content) == (206, b"rawbytes")
    assert answer.headers["content-range"] == "bytes 0-7/9"


def test_a_raw_answer_passes_no_other_header_on():
    answer, _ = get_raw(FakeStream(headers={"content-type": "image/png", "set-cookie": "a=b", "x-powered-by": "x"}))

    assert not {"set-cookie", "x-powered-by"} & set(answer.headers)


def test_a_raw_answer_says_its_length_where_the_source_did():
    answer, _ = get_raw(FakeStream(headers={"content-type": "image/png", "content-length": "8"}))

    assert answer.headers["content-length"] == "8"


def test_a_raw_request_forwards_range_and_encoding_too():
    sent = {"If-None-Match": '"a"', "If-Modified-Since": "b", "Accept-Encoding": "gzip"}
    sent |= {"Range": "bytes=0-1", "If-Range": '"a"'}

    _, renderer = get_raw(FakeStream(), headers=sent | {"Authorization": "c"})

    assert renderer.jobs[0].request.source_headers == {name.lower(): value for name, value in sent.items()}


def test_a_range_that_counts_in_no_bytes_is_nobody_s_business():
    _, renderer = get_raw(FakeStream(), headers={"Range": "lines=0-1", "If-Range": '"a"'})

    assert renderer.jobs[0].request.source_headers == {}


def test_a_part_of_a_raw_answer_has_its_validators():
    told = {"content-range": "bytes 0-7/9", "etag": '"a"', "last-modified": "Wed, 21 Oct 2015 07:28:00 GMT"}

    answer, _ = get_raw(FakeStream(status=206, headers={"content-type": "image/png", **told}))

    assert {name: answer.headers[name] for name in told} == told


def test_a_compressed_raw_answer_varies_by_the_encodings_that_were_asked_for():
    answer, _ = get_raw(FakeStream(headers={"content-type": "image/png", "content-encoding": "gzip"}), headers=GZIP)

    assert answer.headers["vary"] == "Accept-Encoding"


GZIP = {"Accept-Encoding": "gzip"}
COOKIES = {"cookie_passthrough": True, "cookie_passthrough_all": True}


@pytest.mark.parametrize(
    "outcome",
    [rendition, not_modified, raw(FakeStream()), raw(FakeStream(status=206)), raw(FakeStream(status=404))],
    ids=["a picture", "a 304", "raw", "a raw part", "a raw error"],
)
@pytest.mark.parametrize("cache", [{}, {"ttl": 0}, {"cache_control_passthrough": True}])
def test_what_was_fetched_with_cookies_is_for_one_client_alone(outcome, cache):
    options = ProcessingOptions(raw=outcome not in (rendition, not_modified))
    answer = get(FakeRenderer(outcome, options=options), headers={"Cookie": "a=b"}, web=COOKIES, cache=cache)

    assert "private" in answer.headers["cache-control"]
    assert "public" not in answer.headers["cache-control"]
    assert "Cookie" in answer.headers["vary"]


def test_the_etag_buster_leaves_raw_answers_alone():
    answer, renderer = get_raw(
        FakeStream(headers={"etag": '"a"'}), headers={"If-None-Match": '"a"'}, cache={"etag_buster": "v1"}
    )

    assert answer.headers["etag"] == '"a"'
    assert renderer.jobs[0].request.source_headers == {"if-none-match": '"a"'}


@pytest.mark.parametrize(
    ("status", "named", "kept"),
    [(200, True, True), (206, True, True), (304, False, True), (404, False, False), (503, False, False)],
)
def test_a_raw_answer_has_a_name_and_a_lifetime_only_where_it_went_well(status, named, kept):
    answer, _ = get_raw(FakeStream(status=status))

    assert ("content-disposition" in answer.headers, "cache-control" in answer.headers) == (named, kept)


@pytest.mark.parametrize("status", [200, 204, 304, 404])
def test_a_raw_answer_is_closed_when_it_is_sent(status):
    stream = FakeStream(status=status)

    get_raw(stream)

    assert stream.is_closed


def test_a_raw_source_that_fails_at_once_is_an_error_like_any_other():
    stream = FakeStream(headers={}, parts=(UNREACHABLE,))

    answer, _ = get_raw(stream)

    assert (answer.status_code, answer.text) == (404, "Source is unreachable")
    assert stream.is_closed


def test_what_is_told_of_a_source_is_an_answer_in_json():
    told = FakeRenderer(lambda job, _scope: InfoRendition(b"{}", job, {}, Format.PNG))

    answer = get(told)

    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, "application/json", b"{}")


URL_S_OWN, CONFIGURED = Fetched(200, {}, b"own"), Fetched(200, {}, b"configured")


class WithOwnFallback(FakeRenderer):
    """Its URLs name a fallback image, which is none."""

    def prepare(self, request):
        return replace(FakeRenderer.prepare(self, request), fallback=SourceUrl.parse("http://x/none.png"))

    def has_stand_in(self, _job, _error):
        return True

    def fetch_fallback(self, _job, _scope, _error, _journal=None, **_how):
        return URL_S_OWN

    def make_fallback(self, job, fallback, _scope, _marks=()):
        if fallback is URL_S_OWN:
            raise UnknownFormatError("a page")
        return rendition(job)


@pytest.mark.parametrize(("configured", "status"), [(CONFIGURED, 200), (None, 404)])
def test_where_a_url_s_fallback_image_is_none_another_stands_in_or_the_source_s_error_is_the_answer(configured, status):
    renderer = WithOwnFallback(failing(SourceUnreachableError("gone")), fallback=configured)

    answer = client(renderer).simulate_get(PATH)

    assert answer.status_code == status
