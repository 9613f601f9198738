"""Row F81: source URLs that are encrypted, and everything that goes wrong with them: nobody reads them anywhere."""

import gzip
import re
import threading
from dataclasses import dataclass

import pytest

from imgsvc.security.encryption import SourceCipher
from imgsvc.url.arguments import unpadded_base64
from tests.faults import origins
from tests.faults.clients import Answer, ask, ask_all, counted
from tests.faults.service import WORKERS, Service
from tests.misbehaving import (
    Exchange,
    Origin,
    closes_at_once,
    cuts_at,
    drips,
    echoes_head,
    never_answers,
    redirects,
    response,
    says,
)
from tests.ports import free_port
from tests.waiting import eventually

KEY = bytes(range(32))
CIPHER = SourceCipher(KEY)
# In a host, a path and a query.
CANARY = "canary7"
PATH = f"/{CANARY}-folder/{CANARY}.png?q={CANARY}"
every_way = pytest.mark.parametrize(
    "options",
    ["/_/rs:fit:20:20", "/_/raw:1", "/info/_/s:1", "/info/_/chs:md5"],
    ids=["picture", "raw", "info", "whole"],
)
# Pages of errors are made for each.
PEOPLE_AND_PROGRAMS = ((), ("Accept: text/html",))
# Everything that tells an operator more is on, and so is what tells clients more.
TALKATIVE = {
    "source_url_encryption_key": KEY.hex(),
    "log_level": "debug",
    "development_errors_mode": 1,
    "set_canonical_header": 1,
    "enable_debug_headers": 1,
    "download_timeout": 1,
    "report_downloading_errors": 1,
}


def says_it_back(status: int):
    """What a server's own page of errors does."""
    return lambda exchange: exchange.send(
        response(f"no {exchange.target} here".encode(), status, Content_Type="text/html")
    )


def to_canary(exchange) -> None:
    exchange.send(response(b"", 302, Location=f"http://127.0.0.1:{free_port()}/{CANARY}-further"))


ANSWERS = {
    "well": origins.picture,
    "as another": echoes_head,
    "404": says_it_back(404),
    "500": says_it_back(500),
    "a page": says_it_back(200),
    "300": says_it_back(300),
    "elsewhere": to_canary,
    "in circles": lambda exchange: redirects(exchange.target)(exchange),
    "to a file": redirects(f"file:///{CANARY}"),
    "to no host": redirects(f"http://{CANARY}:x/"),
    "inside": redirects(f"http://169.254.169.254/{CANARY}"),
    "closed": closes_at_once,
    "cut": cuts_at(0.5, origins.SMALL, with_reset=True),
    "damaged": says(origins.SMALL[: len(origins.SMALL) // 2], Content_Type="image/png"),
    "no gzip": says(b"no gzip", Content_Encoding="gzip"),
    "no length": lambda exchange: exchange.send(f"HTTP/1.1 200 x\r\nContent-Length: {CANARY}\r\n\r\n".encode()),
    "no HTTP": lambda exchange: exchange.send(f"{CANARY} {exchange.target}\r\n\r\n".encode()),
    "drips": drips(origins.SMALL, 0.7),
    "silent": never_answers,
}


def path(url: str, options: str = "/_/rs:fit:20:20") -> str:
    return f"{options}/enc/{unpadded_base64(CIPHER.encrypted(url))}"


class Collector:
    """An answer that keeps what it is sent."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    def __call__(self, exchange: Exchange) -> None:
        body = exchange.body
        self.bodies.append(gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body)
        exchange.send(response())


@dataclass
class Watched:
    """A server that says all that it can, and who is told: a collector of traces, and one of reports."""

    own: Service
    traces: Collector
    reports: Collector

    def told(self, answers: list[Answer]) -> str:
        """Everything that anybody but the source was told."""
        return told(self.own, answers) + repr([*self.traces.bodies, *self.reports.bodies])


def told(own: Service, answers: list[Answer]) -> str:
    """The same, where nothing else is told anything; what a picture shows is its own business."""
    bodies = [each.body for each in answers if each.status != 200]
    pages = [ask(own.observer_port, page).body.decode() for page in ("/status", "/metrics", "/stacks")]
    return "".join([own.log(), *pages, *(each.head for each in answers), *map(repr, bodies)])


def leaks(text: str, *more: str) -> list[str]:
    """The lines in which a canary is, or the port of an origin."""
    secrets = re.compile("|".join(map(re.escape, (CANARY, *more))))
    return [line[:400] for line in text.splitlines() if secrets.search(line)]


@every_way
@pytest.mark.parametrize("name", ANSWERS)
def test_f81_what_an_origin_does_tells_nobody_who_it_is(pictures, record, talkative, name, options):
    with Origin({"*": ANSWERS[name]}) as origin:
        port = f":{origin.port}"
        got = [
            ask(talkative.own.port, path(origin.url(PATH), options), *headers)
            for headers in ((), ("Accept: text/html",))
        ]
        assert origin.heads
        said = talkative.told(got)

    record(statuses=counted(got), bytes_searched=len(said))
    assert 403 not in counted(got)
    assert leaks(said, port) == []


@pytest.fixture(scope="module")
def talkative(pictures):
    traces, reports = Collector(), Collector()
    with (
        Origin({"*": traces}) as collector,
        Origin({"*": reports}) as sentry,
        Origin({"*": says_it_back(403)}) as store,
    ):
        watched = {"open_telemetry_enable": 1, "sentry_dsn": f"http://key@127.0.0.1:{sentry.port}/7"}
        s3 = {"use_s3": 1, "s3_endpoint": store.url(), "s3_region": "a"}
        keys = ["AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=b", f"OTEL_EXPORTER_OTLP_ENDPOINT={collector.url()}"]
        with Service(pictures, **TALKATIVE, **watched, **s3, prefix=["env", *keys]) as own:
            assert own.await_observer()
            yield Watched(own, traces, reports)
    assert traces.bodies
    assert reports.bodies
    assert CANARY not in repr([*traces.bodies, *reports.bodies])


NEVER_HAD = {
    "a name that nobody has": f"http://{CANARY}.invalid/a.png",
    "a host that is none": f"http://{CANARY} x/a.png",
    "a port where nobody is": f"http://127.0.0.1:1/{CANARY}.png",
    "no TLS": "https://127.0.0.1:{port}" + PATH,
    "an address inside": f"http://169.254.1.1/{CANARY}.png",
    "another spelling": f"http://2130706433/{CANARY}.png",
    "a user": f"http://{CANARY}:{CANARY}@127.0.0.1:1/a.png",
    "a scheme that is not served": f"ftp://{CANARY}/a.png",
    "a store that is off": f"gs://{CANARY}/a.png",
    "no scheme": f"{CANARY}/a.png",
    "no file": f"local:///{CANARY}/none.png",
    "a name too long": f"local:///{CANARY * 60}.png",
    "a bucket that refuses": f"s3://bucket-{CANARY}/{CANARY}.png",
    "a bucket that is none": f"s3://B@{CANARY}/{CANARY}.png",
    "a bucket without a key": f"s3://{CANARY}",
}


@every_way
@pytest.mark.parametrize("name", NEVER_HAD)
def test_f81_a_source_that_cannot_be_had_is_told_to_nobody(pictures, record, talkative, name, options):
    with Origin({"*": says()}) as origin:
        port = f":{origin.port}"
        asked = path(NEVER_HAD[name].format(port=origin.port), options)
        got = [ask(talkative.own.port, asked, *headers) for headers in PEOPLE_AND_PROGRAMS]
        said = talkative.told(got)

    record(statuses=counted(got), bytes_searched=len(said))
    assert 200 not in counted(got)
    assert leaks(said, port) == []


def test_f81_a_live_view_does_not_show_what_is_fetched(pictures, record):
    gate, patient = origins.Gate(), {**TALKATIVE, "download_timeout": 60, "timeout": 60}
    with Origin({"*": gate}) as origin, Service(pictures, **patient) as own:
        port = f":{origin.port}"
        assert own.await_observer()
        asking = threading.Thread(target=ask, args=(own.port, path(origin.url(PATH))))
        asking.start()
        assert eventually(lambda: gate.waiting)
        said = told(own, [])
        gate.let_through()
        asking.join()

    record(bytes_searched=len(said))
    assert '"encrypted"' in said
    assert leaks(said, port) == []


def test_f81_an_origin_that_is_down_is_not_named(pictures, record, talkative):
    got = []

    def is_down() -> bool:
        got.extend(ask_all(talkative.own.port, [path(origin.url(PATH))] * 6, at_once=6))
        return "OriginDownError" in talkative.own.log()

    with Origin({"*": never_answers}) as origin:
        port = f":{origin.port}"
        assert eventually(is_down, 30)
        said = talkative.told(got)

    record(statuses=counted(got), bytes_searched=len(said))
    assert "encrypted timed out" in said
    assert leaks(said, port) == []


def test_f81_a_fallback_image_stands_in_silently(pictures, record):
    spare = {"fallback_image_path": pictures / "cat.png"}
    with Origin({"*": says_it_back(404)}) as origin, Service(pictures, **TALKATIVE, **spare) as own:
        port = f":{origin.port}"
        got = ask(own.port, path(origin.url(PATH)))
        own.await_observer()
        said = told(own, [got])

    record(status=got.status, bytes_searched=len(said))
    assert (got.status, "stands in" in said) == (200, True)
    assert leaks(said, port) == []


@pytest.mark.parametrize("word", ["segv1", "holds", "native"])
def test_f81_a_picture_that_ends_its_worker_is_not_named(pictures, tmp_path, record, word):
    application = "tests.faults.poison_app:application"
    short = {"timeout": 2, "prefix": ["env", f"POISON_LOG={tmp_path / 'poison'}"]}
    with Service(pictures, application=application, **TALKATIVE, **short) as own:
        got = [ask(own.port, path(f"http://poison.test/{CANARY}/{word}.png")) for _ in range(3)]
        own.await_observer()
        own.await_workers(WORKERS)
        said = told(own, got)

    record(statuses=counted(got), bytes_searched=len(said))
    assert 200 not in counted(got)
    assert leaks(said, "poison.test") == []
