from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.options.processing import ProcessingOptions
from imgsvc.runtime.http.request_headers import READ
from tests.web.fakes import SOURCE_URL, FakeRenderer, FakeStream, client, raw

MOMENT = datetime(2020, 1, 1, tzinfo=UTC)
# Every setting by which a header is read.
ALL = {
    "web": {"cookie_passthrough": True, "cookie_passthrough_all": True, "development_errors_mode": True},
    "cache": {"etag_buster": "b", "last_modified_buster": MOMENT},
}
DATES = [
    "Mon, 01 Jan 0001 00:00:00 +2359",
    "Mon, 01 Jan 99999 00:00:00 GMT",
    ",",
    "1 1 1 1",
    "Mon, 1 Jan 1 1:1:1 -99999",
]
values = st.text(st.characters(max_codepoint=255), max_size=40) | st.sampled_from(
    [*DATES, "9" * 5000, '{"requestId":' * 9]
)


@pytest.mark.parametrize("passes_on", [False, True])
@given(st.dictionaries(st.sampled_from([each.name for each in READ]), values, max_size=4))
def test_nothing_that_a_header_says_is_a_fault(passes_on, headers):
    renderer = FakeRenderer(raw(FakeStream()), ProcessingOptions(raw=True)) if passes_on else FakeRenderer()
    extras = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}

    answer = client(renderer, **ALL).simulate_get(f"/_/w:1/plain/{SOURCE_URL}", extras=extras)

    assert (answer.status_code, answer.content) == (200, b"rawbytes" if passes_on else b"png")


@pytest.mark.parametrize("path", ["/_/w:1/plain/x", "/_//x", "/health/", "/health/w:1", "/favicon.ico/x", "/HEALTH"])
def test_every_other_path_is_an_image_s(path):
    renderer = FakeRenderer()

    client(renderer).simulate_get(path)

    assert len(renderer.requests) == 1


@pytest.mark.parametrize("path", ["/img", "/img/", "/img/health", "/img/favicon.ico"])
def test_pages_are_below_the_prefix(path):
    renderer = FakeRenderer()

    client(renderer, url={"path_prefix": "/img"}).simulate_get(path)

    assert not renderer.requests


@pytest.mark.parametrize("path", ["/", "/health", "/_/w:1/plain/x", "/imgx/w:1/plain/x"])
def test_nothing_is_beside_the_prefix(path):
    answer = client(url={"path_prefix": "/img"}).simulate_get(path)

    assert (answer.status_code, answer.text) == (404, " ")


def test_a_prefix_is_no_pattern():
    assert client(url={"path_prefix": "/a.c"}).simulate_get("/abc/w:1/plain/x").status_code == 404


def test_routes_are_matched_after_decoding():
    assert client().simulate_get("/he%61lth").text == "imgsvc is running"


_VISIBLE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=60)
_NAMES = st.sampled_from(
    ["Accept", "Authorization", "Cookie", "Host", "If-None-Match", "If-Modified-Since", "Range", "X-Forwarded-Host"]
)


@given(target=_VISIBLE, headers=st.dictionaries(_NAMES, _VISIBLE))
def test_whatever_is_sent_gets_an_answer(target, headers):
    asked = client(
        cache={"etag_buster": "v"}, web={"cookie_passthrough": True, "set_canonical_header": True, "secret": "s"}
    )

    answer = asked.simulate_get("/x", headers=headers, extras={"RAW_URI": f"/{target}"})

    assert answer.status_code in (200, 400, 403)
