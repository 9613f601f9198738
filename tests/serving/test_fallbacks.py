"""Fallback images that URLs name, by a real server: whom they stand in for, and what they are held to."""

from pathlib import Path

import pytest

from imgsvc.url.arguments import encoded_base64
from tests.faults.clients import Answer, ask
from tests.faults.origins import SMALL
from tests.images import encoded, solid
from tests.misbehaving import Origin, closes_at_once, never_answers, not_found, redirects, says
from tests.serving.server import Server

pytestmark = pytest.mark.slow
WHITE = encoded(solid(8, 8), "png")


@pytest.fixture
def made(tmp_path: Path):
    (tmp_path / "configured.png").write_bytes(encoded(solid(6, 6), "png"))
    return tmp_path / "configured.png"


def server(made: Path | None = None, **more: str) -> Server:
    settings = {"ALLOW_LOOPBACK_SOURCE_ADDRESSES": "1", "ENABLE_DEBUG_HEADERS": "1", "DOWNLOAD_TIMEOUT": "2", **more}
    if made:
        settings["FALLBACK_IMAGE_PATH"] = str(made)
    return Server({f"IMGSVC_{name}": value for name, value in settings.items()})


def asked(own: Server, source: str, fallback: str, options: str = "") -> Answer:
    return ask(own.port, f"/_/{options}fiu:{encoded_base64(fallback)}/plain/{source}")


def width(answer: Answer) -> int:
    """Of the picture that was made of it; each stand-in has another."""
    return int(answer.header("X-Origin-Width") or 0)


ORIGIN = {
    "/well.png": says(SMALL, Content_Type="image/png"),
    "/none.png": says(WHITE, Content_Type="image/png"),
    "/page.png": says(b"<html>no picture</html>", Content_Type="text/html"),
    "/empty.png": says(WHITE[:20], Content_Type="image/png"),
    "/closed.png": closes_at_once,
    "/silent.png": never_answers,
    "*": not_found,
}


def test_it_stands_in_for_each_source_that_is_none_and_before_the_configured_one(made: Path) -> None:
    with Origin(ORIGIN) as origin, server(made) as own:
        missing = ("/gone.png", "/closed.png", "/page.png", "/silent.png")
        found = [width(asked(own, origin.url(each), origin.url("/none.png"))) for each in missing]
        well = asked(own, origin.url("/well.png"), origin.url("/none.png"))

        assert found == [8] * 4
        assert width(well) != 8


def test_it_has_the_status_and_the_lifetime_of_the_configured_one() -> None:
    told = {"FALLBACK_IMAGE_HTTP_CODE": "203", "FALLBACK_IMAGE_TTL": "77"}
    with Origin(ORIGIN) as origin, server(**told) as own:
        got = asked(own, origin.url("/gone.png"), origin.url("/none.png"), "rs:fit:4:4/")

    assert (got.status, got.header("Cache-Control")) == (203, "max-age=77, public")


@pytest.mark.parametrize("fallback", ["/gone.png", "/page.png", "/closed.png"])
def test_where_it_is_none_the_configured_one_stands_in_or_the_source_s_error_is_the_answer(
    made: Path, fallback: str
) -> None:
    with Origin(ORIGIN) as origin:
        with server(made) as own:
            with_one = asked(own, origin.url("/gone2.png"), origin.url(fallback))
        with server() as own:
            without = asked(own, origin.url("/gone2.png"), origin.url(fallback))

    assert (with_one.status, width(with_one)) == (200, 6)
    assert (without.status, without.body) == (404, b"Source is unreachable")


@pytest.mark.parametrize("fallback", ["http://169.254.169.254/a.png", "file:///etc/hostname", "ftp://x/a.png"])
def test_what_no_source_may_be_no_fallback_may_be(fallback: str) -> None:
    with Origin(ORIGIN) as origin, server() as own:
        got = asked(own, origin.url("/gone.png"), fallback)

    assert got.status == 404


def test_one_that_is_not_allowed_is_refused_before_anything_is_fetched() -> None:
    with Origin(ORIGIN) as origin, Origin(ORIGIN) as other, server(ALLOWED_SOURCES=origin.url("/")) as own:
        got = asked(own, origin.url("/gone.png"), other.url("/none.png"))

        assert (got.status, got.body) == (404, b"Invalid source URL")
        assert (origin.heads, other.heads) == ([], [])


def test_a_redirect_of_one_leaves_neither_the_allowed_sources_nor_http() -> None:
    with Origin(ORIGIN) as other:
        answers = {"/a.png": redirects(other.url("/none.png")), "/b.png": redirects("file:///etc/hostname"), **ORIGIN}
        with Origin(answers) as origin, server(ALLOWED_SOURCES=origin.url("/")) as own:
            got = [asked(own, origin.url("/gone.png"), origin.url(each)) for each in ("/a.png", "/b.png")]

        assert ([each.status for each in got], other.heads) == ([404, 404], [])


def test_its_origin_is_sent_nothing_of_the_client_s() -> None:
    passed = {"REQUEST_HEADERS_PASSTHROUGH": "X-Tenant", "COOKIE_PASSTHROUGH": "1", "COOKIE_PASSTHROUGH_ALL": "1"}
    with Origin(ORIGIN) as origin, server(**passed) as own:
        path = f"/_/fiu:{encoded_base64(origin.url('/none.png'))}/plain/{origin.url('/gone.png')}"
        ask(own.port, path, "X-Tenant: cats", "Cookie: a=hush")

        assert [("cats" in each, "hush" in each) for each in origin.heads] == [(True, True), (False, False)]
