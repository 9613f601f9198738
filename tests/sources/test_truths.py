"""The table in truths.py, held against real sockets."""

import base64
import socket
from collections.abc import Iterator

import pytest

from imgsvc.errors import SourceError
from imgsvc.runtime.scope import Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.http import HttpSource
from imgsvc.sources.network.body import fetch
from imgsvc.sources.network.lookups import system_addresses
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.source import SourceRequest
from tests.misbehaving import Exchange, Origin, says
from tests.sources.truths import ANSWERS, HOSTS, LOCATIONS, PICTURE, TARGETS, UNDECODED, Truth


def six(host: str, port: int) -> list[str]:
    """Names of .test have an address of IPv6 alone."""
    return ["::1"] if host.rstrip(".").endswith(".test") else system_addresses(host.rstrip("."), port)


@pytest.fixture(name="http")
def _http() -> Iterator[HttpSource]:
    made = HttpSource(SourceSettings(download_timeout=30), lambda address: None, lambda url: True, resolve=six)
    yield made
    made.close()


def outcome(http: HttpSource, url: str) -> object:
    """The body, or the status of the error that there is instead."""
    try:
        return fetch(http, SourceRequest(SourceUrl.parse(url)), Scope(30), 0).body
    except SourceError as error:
        return error.status


@pytest.mark.parametrize("truth", ANSWERS, ids=lambda truth: truth.name)
def test_an_answer_comes_to_what_is_true(http: HttpSource, truth: Truth) -> None:
    def answer(exchange: Exchange) -> None:
        exchange.send(truth.answer)
        exchange.hang_up()

    with Origin({"/a": answer}) as origin:
        found = outcome(http, origin.url("/a"))

    assert (
        UNDECODED if truth.ours == UNDECODED and isinstance(found, bytes) and found != PICTURE else found
    ) == truth.ours


@pytest.mark.parametrize(("location", "asked"), LOCATIONS)
def test_a_location_is_asked_for_as_it_is_meant(http: HttpSource, location: bytes, asked: str) -> None:
    def moved(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 302 x\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n")

    with Origin({"/from": moved, "*": says(PICTURE)}) as origin:
        outcome(http, origin.url("/from"))

    assert origin.targets[1:] == [asked]


@pytest.mark.parametrize(("given", "asked"), [(given, asked) for given, asked, _ in TARGETS])
def test_a_path_and_a_query_are_asked_for_as_they_are(http: HttpSource, given: str, asked: str) -> None:
    with Origin({"*": says(PICTURE)}) as origin:
        found = outcome(http, origin.url(given))

    assert (found, origin.targets) == (PICTURE, [asked])


@pytest.mark.parametrize(("host", "header", "credentials"), HOSTS)
def test_a_host_is_asked_by_its_name_with_its_credentials(
    http: HttpSource, host: str, header: str, credentials: str
) -> None:
    seen: list[dict[str, str]] = []

    def hears(exchange: Exchange) -> None:
        seen.append(exchange.headers)
        says(PICTURE)(exchange)

    with Origin({"*": hears}, family=socket.AF_INET6, host="::") as origin:
        found, port = outcome(http, origin.url("/a", host=host)), origin.port

    sent = base64.b64decode(seen[0].get("authorization", "").removeprefix("Basic ")).decode()
    assert (found, seen[0]["host"], sent) == (PICTURE, f"{header}:{port}", credentials)


def test_a_port_that_is_the_schemes_own_is_not_told() -> None:
    assert [SourceUrl.parse(f"http://a.test{port}/").netloc for port in ("", ":", ":80", ":8080")] == [
        *["a.test"] * 3,
        "a.test:8080",
    ]
