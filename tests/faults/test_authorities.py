"""Rows F54 and F62: what a source URL may say of its host, and a source before its answer or in place of it."""

from base64 import urlsafe_b64encode

import pytest

from tests import misbehaving as answers
from tests.faults import origins
from tests.faults.clients import ask, counted
from tests.faults.service import Service, of
from tests.misbehaving import Origin, response

PICTURE = {"Content_Type": "image/png"}
# {} is the port of the one that nobody may reach; 127.0.0.2 is its host.
ODD = [
    "http://127.0.0.2:{}\\@site.test/a", "http://127.0.0.2:{}\\.site.test/a", "http://127.0.0.2\t:{}/a",
    "http://127.0.0.2:{}\n/a", "http://127.0.0.2:{}\x00@site.test/a", "http://site.test@127.0.0.2@127.0.0.2:{}/a",
    "http://127.0.0.2%2f:{}/a", "http://127.0.0.%32:{}/a", "http://127\u30020\u30020\u30022:{}/a",
    "http://\uff11\uff12\uff17.0.0.2:{}/a", "http://127.2:{}/a", "http://0x7f.2:{}/a", "http://2130706434:{}/a",
    "http://127.0.0.2.:{}/a", "http:\\\\127.0.0.2:{}\\a", "http:/127.0.0.2:{}/a", " http://127.0.0.2:{}/a",
]  # fmt: skip
ALIKE = [
    "http://127.0.0.2:{}?.site.test/", "http://127.0.0.2:{}#.site.test/", "http://127.0.0.2:{}/.site.test/",
    "http://me@127.0.0.2:{}?.site.test/", "http://127.0.0.3@127.0.0.2:{}/", "http://127.0.0.3:80@127.0.0.2:{}/",
    "http://site.test@127.0.0.2:{}/a",
]  # fmt: skip
COOKIE = "Cookie: secret=1"
COOKIES = {"cookie_passthrough": "true", "cookie_base_url": "http://site.test"}
ALLOWED = "http://*.site.test/,http://127.0.0.3"


def path_of(url: str) -> str:
    return f"/_/rs:fit:20:20/{urlsafe_b64encode(url.encode()).decode().rstrip('=')}"


@pytest.fixture(scope="module")
def guarded(pictures):
    """Allows hosts below site.test, and 127.0.0.3."""
    with Service(pictures, allowed_sources=ALLOWED, **COOKIES) as running:
        yield running


def test_f54_a_host_that_can_be_read_in_two_ways_is_not_asked(pictures, record):
    with Service(pictures, **COOKIES) as own, Origin({"*": origins.picture}, host="127.0.0.2") as other:
        got = [ask(own.port, path_of(url.format(other.port)), COOKIE) for url in ODD]

    record(spellings=len(ODD), statuses=counted(got), connections=other.connections)
    assert {each.status for each in got} == {404}
    assert other.connections == 0


def test_f54_what_looks_like_an_allowed_source_is_none(guarded, record):
    with Origin({"*": origins.picture}, host="127.0.0.2") as other:
        got = [ask(guarded.port, path_of(url.format(other.port)), COOKIE) for url in ALIKE]

    record(statuses=counted(got), connections=other.connections)
    assert {each.status for each in got} == {404}
    assert other.connections == 0


def test_f54_no_redirect_leads_there_either(guarded, record):
    with Origin({"*": origins.picture}, host="127.0.0.2") as other, Origin({}, host="127.0.0.3") as allowed:
        urls = [url.format(other.port).encode().decode("latin-1") for url in ODD + ALIKE]
        sent = [url for url in urls if not set(url) & set("\n\x00")]
        allowed.answers = {f"/{number}": answers.redirects(url) for number, url in enumerate(sent)}
        got = [ask(guarded.port, path_of(allowed.url(path))) for path in allowed.answers]

    record(redirects=len(sent), statuses=counted(got), connections=other.connections)
    assert {each.status for each in got} == {404}
    assert other.connections == 0


@pytest.fixture
def site():
    """The source whose cookies they are."""
    with Origin({"*": origins.picture}, host="127.0.0.2") as running:
        yield running


def test_f54_cookies_go_to_the_host_that_is_asked(pictures, site, origin, record):
    with Service(pictures, cookie_passthrough="true", cookie_base_url="http://127.0.0.2") as own:
        urls = [site.url(), origin.url(), origin.url(host="127.0.0.2@127.0.0.1")]
        got = [ask(own.port, path_of(url), COOKIE).status for url in urls]

    record(heads=len(site.heads) + len(origin.heads))
    assert got == [200, 200, 200]
    assert ["secret" in head for head in site.heads + origin.heads] == [True, False, False]


def early(status: int, times: int = 1) -> answers.Answer:
    hints = f"HTTP/1.1 {status} Early\r\nLink: </a.css>; rel=preload\r\n\r\n".encode() * times
    return lambda exchange: exchange.send(hints + response(origins.SMALL, **PICTURE))


@pytest.mark.parametrize("options", ["rs:fit:20:20", "raw:1"])
def test_f62_informational_answers_are_passed_over(service, record, options):
    with Origin({f"/{status}": early(status) for status in (100, 102, 103)}) as origin:
        got = [ask(service.port, of(origin, path, options)) for path in origin.answers]

    record(statuses=counted(got), connections=origin.connections)
    assert counted(got) == {200: 3}


@pytest.mark.parametrize("options", ["rs:fit:20:20", "raw:1"])
def test_f62_what_is_no_final_answer_is_the_sources_error(service, record, options):
    odd = {f"/{status}": answers.says(origins.SMALL, status, **PICTURE) for status in (101, 600, 999)}
    with Origin({**odd, "/many": early(103, 1000)}) as origin:
        got = [ask(service.port, of(origin, path, options)) for path in origin.answers]

    record(statuses=[each.status for each in got])
    assert [each.status for each in got] == [404, 502, 502, 404]
