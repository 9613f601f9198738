import pytest

from imgsvc import __version__
from tests.web.fakes import FakeRenderer, client


def test_the_landing_page_says_which_version_works():
    answer = client().simulate_get("/")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html")
    assert __version__ in answer.text


def test_the_landing_page_needs_nothing_from_elsewhere():
    text = client().simulate_get("/").text

    assert not [word for word in ("src=", "href=", "@import", "url(") if word in text]


def test_the_landing_page_s_example_has_the_prefix():
    text = client(url={"path_prefix": "/img"}).simulate_get("/img/").text

    assert "/img/<b>signature</b>" in text


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/health", "/_/nonsense", "/favicon.ico", "/.well-known/x"])
def test_head_and_options_are_always_well(method, path):
    renderer = FakeRenderer()

    answer = client(renderer).simulate_request(method, path)

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain")
    assert not renderer.requests


def test_head_has_no_body_and_options_a_space():
    asked = client()

    assert asked.simulate_head("/x").content == b""
    assert asked.simulate_options("/x").content == b" "


def test_options_never_says_what_is_allowed():
    assert "allow" not in client().simulate_options("/x").headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW", "WEBSOCKET"])
@pytest.mark.parametrize("path", ["/", "/health", "/_/w:1/plain/x", "/.well-known/x"])
@pytest.mark.filterwarnings("ignore:Unknown REQUEST_METHOD")
def test_nothing_is_there_for_other_methods(method, path):
    answer = client().simulate_request(method, path)

    assert (answer.status_code, answer.headers["content-type"], answer.text) == (404, "text/plain", " ")


@pytest.mark.parametrize("path", ["/favicon.ico", "/.well-known/", "/.well-known/security.txt"])
def test_what_browsers_ask_for_by_themselves_is_not_there(path):
    answer = client().simulate_get(path)

    assert (answer.status_code, answer.text) == (404, " ")
