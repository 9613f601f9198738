import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.fakes import FakeRenderer, client


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
