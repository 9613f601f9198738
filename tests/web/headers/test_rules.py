from dataclasses import replace

import pytest

from imgsvc.codecs.settings import FormatSettings
from imgsvc.errors import SourceUnreachableError
from imgsvc.options.formats import Format
from imgsvc.options.info import InfoOptions
from imgsvc.options.processing import ProcessingOptions
from imgsvc.rendition import InfoRendition, Job, NotModified, RawRendition, RenderRequest
from imgsvc.source_url import SourceUrl
from imgsvc.web.headers.rules import HeaderRules, sendable
from imgsvc.web.settings import CacheSettings, WebSettings
from tests.web.fakes import SOURCE_URL, FakeRenderer, FakeStream, client, failing, not_modified, raw, rendition

NOW = 1_600_000_000.0
PLAIN = FormatSettings()
JOB = Job(RenderRequest("/"), ProcessingOptions(), SourceUrl.parse(SOURCE_URL))


def rules(*, formats=PLAIN, **web):
    return HeaderRules(WebSettings(**web), CacheSettings(), formats)


def test_a_rendition_has_type_name_validator_and_lifetime():
    assert rules().of_rendition(rendition(JOB), status=200, now=NOW) == {
        "Content-Type": "image/png",
        "Content-Disposition": 'inline; filename="cat.png"',
        "ETag": '"source"',
        "Cache-Control": "max-age=31536000, public",
    }


@pytest.mark.parametrize(("status", "told"), [(200, True), (203, False), (404, False)])
def test_sizes_are_told_of_a_good_answer_alone(status, told):
    found = rules(enable_debug_headers=True).of_rendition(rendition(JOB), status=status, now=NOW)

    assert ("X-Result-Width" in found) is told


def test_a_304_says_by_what_it_varies():
    found = rules(formats=FormatSettings(auto_webp=True)).of_unmodified(NotModified(JOB, {}), now=NOW)

    assert found == {"Vary": "Accept", "Cache-Control": "max-age=31536000, public"}


def test_a_raw_answer_does_not_vary():
    found = rules(formats=FormatSettings(auto_webp=True)).of_raw(RawRendition(JOB, FakeStream()), {}, now=NOW)

    assert "Vary" not in found


def test_a_raw_answer_keeps_the_headers_that_are_passed_on():
    found = rules().of_raw(RawRendition(JOB, FakeStream()), {"etag": '"a"'}, now=NOW)

    assert found["etag"] == '"a"'


@pytest.mark.parametrize(
    ("format_", "expected"),
    [
        ("all", {"Cache-Tag": "a,b", "x-amz-meta-cache-tag": "a,b"}),
        ("cloudflare", {"Cache-Tag": "a,b"}),
        ("cloudfront", {"x-amz-meta-cache-tag": "a,b"}),
        ("none", {}),
    ],
)
def test_tags_are_told_to_cdns_in_their_headers(format_, expected):
    job = replace(JOB, options=ProcessingOptions(cache_tags=("a", "b")))
    rules = HeaderRules(WebSettings(), CacheSettings(cache_tags_format=format_), PLAIN)
    made = rules.of_rendition(rendition(job), status=200, now=NOW)
    others = (
        rules.of_unmodified(NotModified(job, {}), now=NOW),
        rules.of_raw(RawRendition(job, FakeStream()), {}, now=NOW),
    )

    for headers in (made, *others):
        assert {name: value for name, value in headers.items() if "tag" in name.lower() and name != "ETag"} == expected


@pytest.mark.parametrize("value", ["", "a\r\nb", "a\nb", "a\0", "\x85", "Ω", "a\x7f"])
def test_what_could_end_a_header_is_not_sent(value):
    assert sendable({"ETag": value, "Vary": "Accept"}) == {"Vary": "Accept"}


def test_what_is_told_of_a_source_is_json_and_the_same_for_every_client():
    job = Job(RenderRequest("/"), InfoOptions(), SourceUrl.parse(SOURCE_URL), "variant12345")
    made = InfoRendition(b"{}", job, {"etag": '"source"'}, Format.PNG)
    headers = rules(formats=FormatSettings(auto_webp=True)).of_info(made, now=0)

    assert headers["Content-Type"] == "application/json"
    assert headers["ETag"].startswith('"variant12345/')
    assert headers.keys() == {"Content-Type", "ETag", "Cache-Control"}


NAMED = {
    "custom_response_headers": "X-Shop=cats\\;Timing-Allow-Origin=*",
    "request_headers_passthrough": ("X-Tenant", "Authorization"),
    "response_headers_passthrough": ("X-Origin", "Set-Cookie"),
}


both = pytest.mark.parametrize("outcome", [rendition, raw(FakeStream())], ids=["a picture", "raw"])


@both
def test_the_operator_s_headers_are_on_every_answer(outcome):
    answer = client(FakeRenderer(outcome), headers=NAMED).simulate_get("/_/plain/x")

    assert (answer.headers["x-shop"], answer.headers["timing-allow-origin"]) == ("cats", "*")


def test_and_on_errors_but_on_no_other_route():
    server = client(FakeRenderer(failing(SourceUnreachableError("no"))), headers=NAMED)

    assert server.simulate_get("/_/plain/x").headers["x-shop"] == "cats"
    assert "x-shop" not in server.simulate_get("/health").headers


@both
def test_what_of_the_client_s_headers_is_passed_on_is_in_vary_whether_it_was_sent_or_not(outcome):
    answer = client(FakeRenderer(outcome), headers=NAMED).simulate_get("/_/plain/x")

    assert answer.headers["vary"] == "X-Tenant, Authorization"


def test_the_source_gets_the_client_s_headers_that_are_named_and_no_others():
    renderer = FakeRenderer()

    sent = {"X-Tenant": "cats", "X-Other": "a", "Authorization": "Bearer b"}
    answer = client(renderer, headers=NAMED).simulate_get("/_/plain/x", headers=sent)

    assert renderer.jobs[0].request.source_headers == {"x-tenant": "cats", "authorization": "Bearer b"}
    assert answer.headers["cache-control"] == "max-age=31536000, private"


def test_files_get_none_of_them():
    renderer = FakeRenderer(source=SourceUrl.parse("local:///cat.png"))

    answer = client(renderer, headers=NAMED).simulate_get("/_/plain/x", headers={"X-Tenant": "cats"})

    assert (renderer.jobs[0].request.source_headers, "vary" in answer.headers) == ({}, False)


def test_the_secret_of_this_server_is_passed_on_to_nobody():
    renderer = FakeRenderer()
    server = client(renderer, headers=NAMED, web={"secret": "hush"})

    answer = server.simulate_get("/_/plain/x", headers={"Authorization": "Bearer hush"})

    assert (renderer.jobs[0].request.source_headers, answer.headers["vary"]) == ({}, "X-Tenant")


def test_what_a_header_may_not_hold_is_not_passed_on():
    renderer = FakeRenderer()

    client(renderer, headers=NAMED).simulate_get("/_/plain/x", headers={"X-Tenant": "a" * 20_000})

    assert renderer.jobs[0].request.source_headers == {}


COOKIES = "a=1; Expires=Wed, 21 Oct 2099 07:28:00 GMT, b=2; Path=/"
ANSWERED = {"x-origin": "shelf 7", "set-cookie": COOKIES, "x-other": "hidden"}


def with_headers(job, _scope=None):
    return replace(rendition(job), source_headers=ANSWERED)


@pytest.mark.parametrize("outcome", [with_headers, raw(FakeStream(headers=ANSWERED))], ids=["a picture", "raw"])
def test_the_client_gets_the_source_s_headers_that_are_named_and_no_others(outcome):
    answer = client(FakeRenderer(outcome), headers=NAMED).simulate_get("/_/plain/x")

    assert (answer.headers["x-origin"], "x-other" in answer.headers) == ("shelf 7", False)


def test_each_cookie_of_a_source_is_one_of_its_own_and_the_answer_one_client_s():
    answer = client(FakeRenderer(with_headers), headers=NAMED).simulate_get("/_/plain/x")

    assert sorted(answer.cookies) == ["a", "b"]
    assert answer.headers["cache-control"] == "max-age=31536000, private"


def test_an_answer_that_nothing_has_changed_has_them_too():
    renderer = FakeRenderer(lambda job, _scope: replace(not_modified(job), source_headers=ANSWERED))

    assert client(renderer, headers=NAMED).simulate_get("/_/plain/x").headers["x-origin"] == "shelf 7"


def test_an_error_has_nothing_of_its_source():
    answer = client(FakeRenderer(failing(SourceUnreachableError("no"))), headers=NAMED).simulate_get("/_/plain/x")

    assert "x-origin" not in answer.headers
