import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from imgsvc.config import Config, from_environment
from imgsvc.options.formats import Format
from imgsvc.runtime.scope import NoJournal
from imgsvc.security.signature import signature
from imgsvc.warming.backlog import Backlog
from imgsvc.warming.through import accept, is_kept, through
from imgsvc.warming.units import Order, Outcome, Status, Unit, Wish

CARD = Wish("card", "rs:fit:30:20", "webp")
ANY = Wish("any", "rs:fit:9:9", accepted=frozenset({Format.WEBP}))


class Server(ThreadingHTTPServer):
    """Answers with what its test says for the names in a path, and remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[tuple[str, str]] = []
        self.answers: dict[str, tuple[int, dict[str, str]]] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["Accept"]))
        found = [each for name, each in self.server.answers.items() if name in self.path]
        status, headers = found[0] if found else (200, {})
        self.send_response(status)
        for name, value in {"Content-Length": "5", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"bytes")

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.01,))
        thread.start()
        yield made
        made.shutdown()
        thread.join(10)


def ask(server: Server, *names: str, config: Config = Config(), wishes=(CARD, ANY)) -> list[Outcome]:
    order, outcomes = Order(wishes, "", "", 10, 0), list[Outcome]()
    with through(server.url, config, order, 2, NoJournal) as threads:
        threads.run(Backlog(map(Unit, names)), outcomes.append, lambda: None)
    return outcomes


def test_every_rendition_is_asked_for_as_a_client_would(server):
    (made,) = ask(server, "http://a/b c.png")

    assert (made.status, made.made) == (Status.MADE, {"card@webp": 5, "any for webp": 5})
    assert server.asked == [
        ("/unsafe/rs:fit:30:20/plain/http://a/b%20c.png@webp", "image/*;q=0.8,*/*;q=0.5"),
        ("/unsafe/rs:fit:9:9/plain/http://a/b%20c.png", "image/webp,image/*;q=0.8,*/*;q=0.5"),
    ]


def test_urls_are_signed_by_the_server_s_own_keys(server):
    config = from_environment({"IMGSVC_KEY": "aa", "IMGSVC_SALT": "bb", "IMGSVC_PATH_PREFIX": "/img"})
    ask(server, "http://a/b.png", config=config, wishes=(CARD,))
    path = "/rs:fit:30:20/plain/http://a/b.png@webp"

    assert server.asked[0][0] == f"/img/{signature(config.signature, path)}{path}"


@pytest.mark.parametrize(("status", "becomes"), [(404, Status.FAILED), (422, Status.FAILED), (500, Status.LOST)])
def test_an_error_of_one_rendition_is_told_and_the_others_are_asked_for(server, status, becomes):
    server.answers["30:20"] = status, {}
    (made,) = ask(server, "http://a/b.png")

    assert (made.status, made.error, set(made.made)) == (becomes, "SourceStatusError", {"any for webp"})


def test_a_server_that_asks_for_patience_is_asked_again_when_it_is_over(server):
    server.answers["b.png"] = 503, {"Retry-After": "1"}
    order, outcomes = Order((CARD,), "", "", 10, 0), list[Outcome]()
    with through(server.url, Config(), order, 1, NoJournal) as threads:
        threads.run(Backlog(iter([Unit("http://a/b.png")])), outcomes.append, server.answers.clear)

    assert ([each.status for each in outcomes], len(server.asked)) == ([Status.MADE], 2)


def test_a_redirect_to_another_server_is_not_followed(server):
    server.answers["b.png"] = 302, {"Location": "http://127.0.0.2:1/secret"}
    (made,) = ask(server, "http://a/b.png", wishes=(CARD,))

    assert (made.status, len(server.asked)) == (Status.FAILED, 1)


def test_what_a_cache_had_is_counted(server):
    server.answers["9:9"] = 200, {"X-Cache": "HIT from edge"}

    assert ask(server, "http://a/b.png")[0].cached == 1


@pytest.mark.parametrize(
    ("headers", "is_so"),
    [
        ({"cf-cache-status": "HIT"}, True),
        ({"x-cache": "Miss from cloudfront"}, False),
        ({}, False),
        ({"age": "9"}, False),
    ],
)
def test_caches_say_by_a_header_what_they_had(headers, is_so):
    assert is_kept(headers) is is_so


def test_a_client_that_accepts_more_says_so_first():
    assert accept(frozenset({Format.WEBP, Format.AVIF})).startswith("image/avif,image/webp,")
