"""Row F53: every header that is read, in every form that breaks a reader, directly and through both nginx files.

The headers are those of the table in imgsvc/runtime/http/request_headers.py: what somebody adds there is tried here.
"""

import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from imgsvc.runtime.http.request_headers import OBEYED_BY_GUNICORN, READ, REFUSED_TO_GUNICORN
from tests.faults.clients import Answer, counted
from tests.images import encoded, quadrants
from tests.nginx.running import Nginx, needs_nginx
from tests.serving.server import Server, everything

NAMES = sorted({*(each.name for each in READ), *OBEYED_BY_GUNICORN, *REFUSED_TO_GUNICORN})
# Whose value may be a reason to refuse the message (RFC 9112 3.2 and 6, RFC 9110 10.1.1).
REFUSABLE = {"connection", "content-length", "content-type", "expect", "host", "transfer-encoding"}
# What a client could mean, where it is not a word.
MEANT = {
    "accept": ("image/webp,image/avif,image/jxl", "text/html"),
    "accept-encoding": ("gzip", "br"),
    "authorization": ("Bearer 0", "0"),
    "content-length": ("0", "1"),
    "expect": ("100-continue", "200-ok"),
    "host": ("other.example", "[::1]:80"),
    "if-modified-since": ("Fri, 01 Jan 2100 00:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"),
    "if-none-match": ("*", 'W/"b/Kg"'),
    "path_info": ("/health", "/"),
    "range": ("bytes=0-0", "bytes=9999999-"),
    "script_name": ("/_", "/health"),
    "transfer-encoding": ("chunked", "gzip"),
    "x-amzn-request-context": ('{"requestId": ' + "9" * 5000 + "}", '{"requestId": "other"}'),
    "x-forwarded-for": ("1.1.1.1, 2.2.2.2", "unknown"),
    "x-forwarded-host": ("other.example", "[::1"),
    "x-forwarded-proto": ("https", "http"),
    "x-forwarded-protocol": ("ssl", "http"),
    "x-forwarded-ssl": ("on", "off"),
    "x-request-start": ("t=1000000000", "1"),
}
WAYS = ("direct", "imgsvc.conf", "imgsvc-cache.conf")
# Those that are another's with each request, or of the cache itself.
OWN = re.compile(r"(?im)^(?:date|x-request-id|x-cache): .*\r?\n?")
SETTINGS = {
    "IMGSVC_COOKIE_PASSTHROUGH": "true",
    "IMGSVC_COOKIE_PASSTHROUGH_ALL": "true",
    "IMGSVC_ETAG_BUSTER": "b",
    "IMGSVC_LAST_MODIFIED_BUSTER": "2020-01-01T00:00:00Z",
    "IMGSVC_ALLOW_ORIGIN": "*",
    "IMGSVC_WORKERS": "2",
}


def forms(name: str) -> dict[str, list[str]]:
    """The lines of a header in each of its forms."""
    meant, other = MEANT.get(name, ("one", "other"))
    values = {
        "absent": (),
        "empty": ("",),
        "8 kB": ("a" * 8000,),
        "5,000 digits": ("9" * 5000,),
        "not ascii": ("\xff\xfe\xa0\x85",),
        "a blank first": ("\xa0" + meant,),
        "meant": (meant,),
        "repeated": (meant, meant),
        "contradicting": (meant, other),
    }
    return {form: [f"{name.title()}: {value}" for value in each] for form, each in values.items()}


@dataclass(frozen=True)
class Ways:
    """The ports of a server, and of the two nginxes before it; a new picture is the same bytes under another URL."""

    ports: dict[str, int]
    numbers: Iterator[int]
    server: Server

    def picture(self, options: str = "rs:fit:20:20") -> str:
        return f"/_/{options}/cb:{next(self.numbers)}/plain/local:///cat.png"

    def ask(self, way: str, target: str, *headers: str, method: str = "GET") -> Answer:
        host = [] if any(line.startswith("Host:") for line in headers) else ["Host: images.example"]
        # The body that a length or a coding announces; else it is more than a request, and is not read.
        lines = [f"{method} {target} HTTP/1.1", *host, "Connection: close", *headers, "", "0", "", ""]
        with socket.create_connection(("127.0.0.1", self.ports[way]), 20) as client:
            client.sendall("\r\n".join(lines).encode("latin-1"))
            head, _, body = _without_interim(everything(client)).partition(b"\r\n\r\n")
        status = head.split(b" ", 2)[1] if head.startswith(b"HTTP/1.") else b"0"
        return Answer(int(status), 0.0, head=head.decode("latin-1"), body=body)


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ways]:
    """One server, nginx/imgsvc.conf before it, and nginx/imgsvc-cache.conf before that one."""
    folders = [tmp_path_factory.mktemp(name) for name in ("pictures", "conf", "cache")]
    (folders[0] / "cat.png").write_bytes(encoded(quadrants()))
    with ExitStack() as running:
        server = running.enter_context(Server({"IMGSVC_LOCAL_FILESYSTEM_ROOT": str(folders[0]), **SETTINGS}))
        instances = {f"server 127.0.0.1:{port} ": _address(server.port) for port in (8080, 8082)}
        # Whoever comes over loopback is trusted, which is more than a stranger can do.
        before = running.enter_context(Nginx(folders[1], "imgsvc.conf", instances))
        cache = running.enter_context(Nginx(folders[2], "imgsvc-cache.conf", _cache(folders[2], before.port)))
        ports = dict(zip(WAYS, (server.port, before.port, cache.port), strict=True))
        yield Ways(ports, count(), server)


def _address(port: int) -> str:
    return f"server 127.0.0.1:{port} "


def _cache(folder: Path, port: int) -> dict[str, str]:
    machines = {f"server 192.0.2.{number}:80 ": _address(port) for number in (11, 12, 13)}
    limits = {"burst=500": "burst=100000", "rate=100r/s": "rate=100000r/s"}
    return {"/var/cache/nginx/imgsvc": f"{folder}/cache", **machines, **limits}


def _without_interim(answer: bytes) -> bytes:
    """nginx tells who asks for it to go on."""
    return answer.partition(b"\r\n\r\n")[2] if answer.startswith(b"HTTP/1.1 100 ") else answer


def same(one: Answer, other: Answer) -> bool:
    """Whether two clients got the same, but for what is their own."""
    heads = [OWN.sub("", f"{each.head}\r\n") for each in (one, other)]
    return heads[0] == heads[1] and one.body == other.body


@needs_nginx
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NAMES)
def test_f53_no_header_is_a_fault_or_changes_the_route(ways, record, name, way):
    expected = ways.ask(way, ways.picture()).body
    got = {form: ways.ask(way, ways.picture(), *lines) for form, lines in forms(name).items()}
    kept = {304} if name in ("if-none-match", "if-modified-since") else {206, 416} if name == "range" else set()
    statuses = {200} | kept | ({400, 417} if name in REFUSABLE else set())
    if way != "direct":
        # Its own answers; 501 is that to a coding that it does not know (RFC 9112 6.1).
        statuses |= {400, 501} if name == "transfer-encoding" else {400}

    record(statuses=counted(list(got.values())))
    assert {form: each.status for form, each in got.items() if each.status not in statuses} == {}
    assert {form for form, each in got.items() if each.status == 200 and each.body != expected} == set()


@needs_nginx
@pytest.mark.parametrize("options", ["rs:fit:20:20", "raw:1"])
@pytest.mark.parametrize("name", NAMES)
def test_f53_no_header_of_one_client_is_in_what_the_cache_gives_to_the_next(ways, name, options):
    expected = ways.ask("imgsvc-cache.conf", ways.picture(options))
    wrong = []
    for form, lines in forms(name).items():
        target = ways.picture(options)
        ways.ask("imgsvc-cache.conf", target, *lines)
        if not same(ways.ask("imgsvc-cache.conf", target), expected):
            wrong.append(form)

    assert expected.status == 200
    assert wrong == []


TARGETS = {
    "as it is": "{}",
    "a query": "{}?a=b&c=%zz",
    "a fragment": "{}#x",
    "the absolute form": "http://other.example{}",
    "two slashes": "/{}",
    "a broken escape": "{}%zz",
    "a nul": "{}%00",
    "a byte that is no utf-8": "{}\xff",
    "dots": "/..{}",
    "a star": "*",
    "a host alone": "http://other.example",
    "no path": "other",
    "a scheme that hides a page": "health?://{}",
    "8,000 characters": "{}?" + "x" * 7900,
    "20,000 characters": "{}?" + "x" * 20_000,
}


@needs_nginx
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
@pytest.mark.parametrize("name", TARGETS)
def test_f53_no_target_is_a_fault_and_none_is_in_what_the_next_client_gets(ways, record, name, method):
    expected = ways.ask("imgsvc-cache.conf", ways.picture())
    target = ways.picture()
    got = [ways.ask(way, TARGETS[name].format(target), method=method) for way in WAYS]
    after = ways.ask("imgsvc-cache.conf", target)

    record(statuses=counted(got))
    assert {each.status for each in got} <= {200, 400, 404, 405, 414}
    assert same(after, expected)


@needs_nginx
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_f53_a_client_of_http_1_0_that_names_no_host_is_answered(ways, method, way):
    with socket.create_connection(("127.0.0.1", ways.ports[way]), 20) as client:
        client.sendall(f"{method} /health HTTP/1.0\r\n\r\n".encode())
        answer = everything(client)

    assert answer.split(b" ", 2)[1] == b"200"
    assert b"no-cache" in answer
