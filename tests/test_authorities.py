"""A differential: whatever a source URL says, all that looks at its host sees the one that a socket is opened to.

Five thousand URLs of a hostile alphabet, each as plain text and as base64, and as the target of a redirect.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from urllib3.util import parse_url

from imgsvc.errors import RenderingError, SourceError
from imgsvc.rendition import Job
from imgsvc.runtime.board.layout import SLOT_FINDINGS
from imgsvc.runtime.board.scoreboard import Scoreboard
from imgsvc.runtime.board.slot import Slot, hash_of
from imgsvc.runtime.fetching.admission import Admission
from imgsvc.runtime.scope import Scope
from imgsvc.runtime.settings import RuntimeSettings
from imgsvc.security.settings import LimitSettings
from imgsvc.source_url import DEFAULT_PORTS, SourceUrl
from imgsvc.sources.http import HttpSource
from imgsvc.sources.network.body import fetch
from imgsvc.sources.routing import Router
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.source import SourceRequest
from imgsvc.url.arguments import encoded_base64
from imgsvc.web.exchange import Exchange
from imgsvc.web.headers.cookies import cookies_for
from imgsvc.web.reporting.facts import facts_of
from imgsvc.web.settings import WebSettings
from tests.misbehaving import Origin, redirects, says
from tests.renderers import prepared, renderer

pytestmark = pytest.mark.slow

COUNT = 5000
WITH_COOKIES = WebSettings(cookie_passthrough=True)

HOSTS = [
    "allowed.test", "evil.test", "ALLOWED.test", "a_b.test", "allowed.test.", "b\u00fccher.test", "xn--bcher-kva.test",
    "127.0.0.1", "[::1]", "[::ffff:7f00:1]", "[fe80::1%25lo]", "localhost", "127.1", "0x7f.1", "2130706433",
    "0177.0.0.1", "\uff11\uff12\uff17.0.0.1", "\u212aallowed.test", "a" * 64 + ".test",
]  # fmt: skip
MARKS = [
    "\\", "/", "?", "#", "@", ":", "[", "]", "%", ".", "..", ";", "&", "|", "\t", "\r\n", "\n", "\0", " ", "\x7f",
    "%40", "%2f", "%5c", "%23", "%00", "%2e", "\u3002", "\uff0e", "\uff0f", "\uff20", "\uff1a", "\u2044", "\u2100",
    "\u00ad", "\u200b", "\u2028", "\u00a0", "me", "me:pw@", "@allowed.test", "\\@allowed.test", "#@allowed.test",
    "?@allowed.test", ":80", ":443", ":0", ":65536", ":8a", ":\u0661", "//evil.test", "/../", "\\.allowed.test",
]  # fmt: skip
SCHEMES = ["http://"] * 8 + ["HTTP://", "https://", "http:/", "http:", "http:\\\\", "http:///", "//", ""]


@dataclass
class Observers:
    """Everything that looks at a source's host on its way, around one real listener."""

    listener: Origin
    root: Path
    looked_up: list[tuple[str, int]] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    is_tls: bool = False
    booked: int = 0

    def __post_init__(self) -> None:
        self.board = Scoreboard.create(1)
        # No connection is kept, so that every fetch opens a socket.
        settings = SourceSettings(client_keep_alive_timeout=0)
        self.http = HttpSource(settings, lambda address: None, self.is_allowed, resolve=self.resolve)
        limits = LimitSettings(allowed_sources=(self,))  # type: ignore[arg-type]
        self.renderer = renderer(self.root, sources=Router({"http": self.http, "https": self.http}), limits=limits)

    def resolve(self, host: str, port: int) -> list[str]:
        """The name server: only the listener's port leads anywhere."""
        self.looked_up.append((host, port))
        return ["127.0.0.1"] if port == self.listener.port and not self.is_tls else []

    def matches(self, source: SourceUrl, _path: str) -> bool:
        """The one pattern of the allowed sources."""
        self.allowed.append(source.host)
        return True

    def is_allowed(self, source: SourceUrl) -> bool:
        """For redirects."""
        return self.matches(source, source.path)

    def prepared(self, target: str) -> Job | int:
        """What a request for this target asks for, or the status that refuses it."""
        for seen in (self.looked_up, self.allowed, self.listener.heads):
            seen.clear()
        try:
            return prepared(self.renderer, target)
        except RenderingError as error:
            return error.status

    def fetch(self, job: Job) -> int:
        """The status of a fetch as a worker makes it."""
        self.is_tls = job.source.scheme == "https"
        # A new one each time: what it finds is the first thing in its book.
        slot = Slot.private()
        admission = Admission(self.board, slot, RuntimeSettings())
        admission.check(job.source)
        status = _status(self.http, job.source)
        admission.end(job.source, 0.001, None)
        self.booked = slot.words[SLOT_FINDINGS]
        return status


@pytest.fixture(name="observers")
def _observers(tmp_path: Path) -> Iterator[Observers]:
    with Origin({"*": says(b"x")}) as listener:
        made = Observers(listener, tmp_path)
        yield made
        made.http.close()
        made.board.close()


def urls(port: int) -> Iterator[str]:
    """The same at each run, but for the port: something like a URL, and something in it that is not."""
    chosen = random.Random(17)
    for _ in range(COUNT):
        pieces = chosen.choices([*HOSTS, *MARKS, f":{port}", f":{port}/"], k=chosen.choice([0, 0, 1, 1, 2, 3]))
        beginning = chosen.choice(SCHEMES) + chosen.choice(["", "", "me@", "me:pw@"]) + chosen.choice(HOSTS)
        yield beginning + "".join(pieces) + chosen.choice(["", "/a.png", f":{port}/a.png", f":{port}", "?x", "#x"])


def origins_seen(observers: Observers, job: Job) -> set[str | int]:
    """What admission books the fetch on, what a report says, and what the socket was opened to, as origins."""
    [(host, port)] = observers.looked_up
    named = f"[{host}]" if ":" in host else host
    opened = f"{job.source.scheme}://{named}" + ("" if port == DEFAULT_PORTS[job.source.scheme] else f":{port}")
    reported = facts_of(Exchange("an-id", "/", "GET", "", "http", {}, job=job), "").origin
    booked = reported if observers.booked == hash_of(reported) else observers.booked
    return {reported, opened, booked}


def test_who_looks_at_the_host_of_a_source_sees_the_one_that_is_connected_to(observers: Observers) -> None:
    connected = 0
    for url in urls(observers.listener.port):
        job = observers.prepared(f"/_/plain/{quote(url, safe='')}")
        if isinstance(job, Job) and job.source.is_http:
            status = observers.fetch(job)

            assert status == 200 or 400 <= status < 500, url
            assert len(origins_seen(observers, job)) == 1, url
            assert set(observers.allowed) == {observers.looked_up[0][0]}, url
            assert all(f"\r\nHost: {job.source.netloc}\r\n" in head for head in observers.listener.heads), url
            connected += bool(observers.listener.heads)
        else:
            assert job if isinstance(job, Job) else 400 <= job < 500, url
            assert observers.looked_up == [], url

    assert connected > COUNT // 50


def test_a_url_in_base64_means_what_it_means_as_plain_text(observers: Observers) -> None:
    for url in urls(observers.listener.port):
        plain = observers.prepared(f"/_/plain/{quote(url, safe='')}")
        base64 = observers.prepared(f"/_/{encoded_base64(url)}")

        assert isinstance(plain, Job) == isinstance(base64, Job), url
        if isinstance(plain, Job) and isinstance(base64, Job):
            assert plain.source == base64.source, url


def test_cookies_go_to_the_host_that_is_connected_to_and_to_no_other(observers: Observers) -> None:
    for url in urls(observers.listener.port):
        job = observers.prepared(f"/_/{encoded_base64(url)}")
        if isinstance(job, Job) and job.source.is_http:
            observers.fetch(job)
            [(host, _)] = observers.looked_up
            sites = {"allowed.test", "evil.test", "127.0.0.1", "[::1]", host if ":" not in host else f"[{host}]"}
            given = {site for site in sites if cookies_for(job.source, {"cookie": "a=b", "host": site}, WITH_COOKIES)}

            assert {site.strip("[]") for site in given} == {host}, url


def test_a_redirect_is_connected_to_where_it_was_allowed_or_not_at_all(observers: Observers) -> None:
    hop = SourceUrl.parse(observers.listener.url("/hop"))
    followed = 0
    for url in urls(observers.listener.port):
        if not url or set(url) & set("\r\n\0") or url.startswith("https"):
            continue
        observers.listener.answers = {"/hop": redirects(url.encode().decode("latin-1")), "*": says(b"x")}
        observers.prepared("/")
        status = _status(observers.http, hop)

        assert status == 200 or 400 <= status < 500, url
        assert [host for host, _ in observers.looked_up[1:]] == observers.allowed[: len(observers.looked_up) - 1], url
        followed += len(observers.looked_up) > 1

    assert followed > COUNT // 10


@pytest.mark.parametrize("port", [81])
def test_other_parsers_read_the_same_host(port: int) -> None:
    for url in urls(port):
        try:
            found = SourceUrl.parse(url)
        except RenderingError:
            continue
        if found.is_http and url.isascii() and ":" not in found.host:
            assert (urlsplit(url).hostname, parse_url(url).host) == (found.host, found.host), url


def _status(http: HttpSource, source: SourceUrl) -> int:
    try:
        return fetch(http, SourceRequest(source), Scope(10), 0).status
    except SourceError as error:
        return error.status
