"""Row F82: headers that the operator names, of which nothing goes where it is not meant to go."""

import pytest

from tests.faults import origins
from tests.faults.clients import ask
from tests.faults.service import Service
from tests.misbehaving import Exchange, Origin, redirects, response

HUSH = "hush-hush"
SETTINGS = {
    "custom_request_headers": f"X-Key={HUSH}\\;User-Agent=shop",
    "custom_response_headers": "X-Shop=cats",
    "request_headers_passthrough": "X-Tenant,Authorization,Cookie,Host",
    "response_headers_passthrough": "X-Shelf,Set-Cookie",
    "log_level": "debug",
}
PASSED = {"X-Tenant", "Authorization", "Cookie", "Host"}
SENT = ("X-Tenant: cats", "Authorization: Bearer token-7", "Cookie: session=token-7", "Range: bytes=0-1")


def picture(exchange: Exchange) -> None:
    exchange.send(response(origins.SMALL, Content_Type="image/png", X_Shelf="7", X_Inside="rack 9", Connection="close"))
    exchange.hang_up()


@pytest.mark.parametrize("options", ["rs:fit:20:20", "raw:1"])
def test_f82_a_redirect_takes_nothing_to_another_server(pictures, record, options):
    with Origin({"*": picture}) as other, Origin({"*": redirects(other.url("/a.png"))}) as home:
        with Service(pictures, **SETTINGS) as own:
            got = ask(own.port, f"/_/{options}/plain/{home.url('/a.png')}", *SENT)
            log = own.log()
        first, then = home.heads[0], other.heads[0]

    record(status=got.status)
    assert got.status in (200, 206)
    assert [each in first for each in (HUSH, "cats", "token-7", "Host: x\r\n")] == [True] * 4
    assert [each for each in (HUSH, "cats", "token-7", "Host: x\r\n") if each in then] == []
    assert [each for each in (HUSH, "token-7") if each in log] == []


@pytest.mark.parametrize("options", ["rs:fit:20:20", "raw:1"])
def test_f82_a_cache_is_told_what_an_answer_is_for(pictures, record, options):
    with Origin({"*": picture}) as home, Service(pictures, **SETTINGS) as own:
        path = f"/_/{options}/plain/{home.url('/a.png')}"
        with_it, without = ask(own.port, path, *SENT), ask(own.port, path)
        local = ask(own.port, "/_/w:9/plain/local:///cat.png", *SENT)

    record(statuses=[with_it.status, without.status])
    assert {*with_it.header("Vary").split(", ")} == {*without.header("Vary").split(", ")} == PASSED
    assert with_it.header("Cache-Control").endswith("private")
    assert without.header("Cache-Control").endswith("public")
    assert (local.header("Vary"), local.header("Cache-Control").endswith("public")) == ("", True)


def test_f82_the_client_gets_what_is_named_and_no_more(pictures, record):
    with Origin({"*": picture}) as home, Service(pictures, **SETTINGS) as own:
        got = ask(own.port, f"/_/w:9/plain/{home.url('/a.png')}")
        broken = ask(own.port, "/_/no-such:1/plain/local:///cat.png")

    record(statuses=[got.status, broken.status])
    assert (got.header("X-Shelf"), got.header("X-Shop"), got.header("X-Inside")) == ("7", "cats", "")
    assert (broken.status, broken.header("X-Shop")) == (404, "cats")
