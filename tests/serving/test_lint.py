"""Every kind of answer, read by httplint as a cache and a browser would: no fault, and no warning but these."""

import re
import socket

import pytest

from imgsvc.runtime.http.answers import answer
from tests.images import encoded, quadrants
from tests.misbehaving import Origin, response
from tests.ports import free_port
from tests.serving.linting import notes
from tests.serving.server import Server, everything
from tests.serving.telling_app import NAMES, NOT_OURS
from tests.waiting import eventually

pytestmark = pytest.mark.slow

# What is left on purpose, and why.
LEFT = {
    # style-src alone has it, for the styles in an SVG; scripts have default-src 'none', and sandbox.
    "CSP_UNSAFE_INLINE",
    # COMPAT: imgproxy says the methods in every answer with CORS; browsers look for them in that of a preflight alone.
    "CORS_PREFLIGHT_ONLY",
    # Where SECRET is set, requests have an Authorization, and then a cache keeps what is public alone (RFC 9111 3.5).
    "STORE_PUBLIC_UNNECESSARY",
    # The landing page and the health check, as imgproxy's: a validator would save nobody anything.
    "FRESHNESS_NO_CACHE_NO_VALIDATOR",
    # What the status says.
    "STATUS_BAD_REQUEST",
    "STATUS_URI_TOO_LONG",
    # 499, which nobody is there to see.
    "STATUS_NONSTANDARD",
}
# Formats that httplint does not know by their bytes, so that it takes them for another type.
UNKNOWN_FORMATS = ("jxl", "avif", "bmp", "tiff", "heic")
PNG = encoded(quadrants())
CAT = "/_/rs:fit:40:40/plain/local:///cat.png"
RAW = "/_/raw:1/plain/local:///cat.png"


def request(path: str, *fields: str, method: str = "GET") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: images.example", "User-Agent: a-test/1", *fields, "", ""]
    return "\r\n".join(lines).encode()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("linted")
    (folder / "cat.png").write_bytes(PNG)
    (folder / "page.html").write_text("<!doctype html><title>no picture</title>")
    (folder / "drawing.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    settings = {
        "IMGSVC_LOCAL_FILESYSTEM_ROOT": str(folder),
        "IMGSVC_AUTO_WEBP": "true",
        "IMGSVC_ALLOW_ORIGIN": "*",
        "IMGSVC_SET_CANONICAL_HEADER": "true",
        "IMGSVC_COOKIE_PASSTHROUGH": "true",
        "IMGSVC_COOKIE_PASSTHROUGH_ALL": "true",
        "IMGSVC_ALLOW_LOOPBACK_SOURCE_ADDRESSES": "true",
        "IMGSVC_READ_REQUEST_TIMEOUT": "1",
        "IMGSVC_OBSERVER_BIND": f"127.0.0.1:{free_port()}",
    }
    with Server(settings) as running:
        # The observer comes up beside the workers.
        assert eventually(lambda: is_there(observer_port(running)))
        yield running


def observer_port(server: Server) -> int:
    return int(server.settings["IMGSVC_OBSERVER_BIND"].rpartition(":")[2])


def is_there(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def asked(port: int, message: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 20) as client:
        client.sendall(message)
        return everything(client)


def left(server: Server, message: bytes, port: int = 0) -> tuple[int, set[str]]:
    """The status, and what is said against the answer."""
    told = asked(port or server.port, message)
    assert re.search(rb"(?im)^x-content-type-options: nosniff\r$", told)
    assert re.search(rb"(?im)^date: ", told)
    return int(told.split(b" ")[1]), notes(message, told) - LEFT


@pytest.mark.parametrize("word", ["jpg", "jxl", "png", "webp", "gif", "ico", "heic", "avif", "bmp", "tiff"])
def test_a_picture_of_each_format(served, word):
    status, against = left(served, request(f"{CAT}@{word}"))

    assert status == 200
    assert against <= ({"CONTENT_TYPE_MISMATCH"} if word in UNKNOWN_FORMATS else set())


@pytest.mark.parametrize(
    ("status", "message"),
    [
        pytest.param(200, request("/_/plain/local:///drawing.svg"), id="an SVG"),
        pytest.param(200, request(CAT, "Accept: image/webp"), id="a negotiated format"),
        pytest.param(200, request(RAW), id="raw"),
        pytest.param(206, request(RAW, "Range: bytes=0-9"), id="a raw part"),
        pytest.param(416, request(RAW, "Range: bytes=9999-"), id="a raw part that there is not"),
        pytest.param(200, request("/"), id="the landing page"),
        pytest.param(200, request("/health"), id="health"),
        pytest.param(404, request("/favicon.ico"), id="the icon"),
        pytest.param(400, request("/%zz"), id="400"),
        pytest.param(403, request("/_/msr:1/plain/local:///cat.png"), id="403"),
        pytest.param(404, request("/_/nonsense:1/plain/local:///cat.png"), id="404"),
        pytest.param(414, request("/" + "x" * 20_000), id="414"),
        pytest.param(422, request("/_/plain/local:///page.html"), id="422"),
        pytest.param(431, request(CAT, *(f"X-{number}: {'x' * 1000}" for number in range(90))), id="431"),
        pytest.param(408, request(CAT)[:-2], id="408"),
    ],
)
def test_an_answer_of_each_kind(served, status, message):
    assert left(served, message) == (status, set())


@pytest.mark.parametrize("path", [CAT, "/health", "/", "/favicon.ico", "/nonsense"])
@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("OPTIONS", 200), ("POST", 404)])
def test_other_methods(served, method, status, path):
    assert left(served, request(path, method=method)) == (status, set())


@pytest.mark.parametrize("fields", [(), ("Accept-Encoding: gzip",), ("Cookie: a=b",)])
@pytest.mark.parametrize("options", ["rs:fit:40:40", "raw:1"])
def test_what_comes_from_the_web(served, options, fields):
    told = response(PNG, Content_Type="image/png", ETag='"a"', Last_Modified="Wed, 21 Oct 2015 07:28:00 GMT")

    with Origin({"*": lambda exchange: exchange.send(told)}) as origin:
        found = left(served, request(f"/_/{options}/plain/{origin.url('/cat.png')}", *fields))

    assert found == (200, set())


@pytest.mark.parametrize("path", [CAT, RAW])
@pytest.mark.parametrize("accept", ["image/webp", "*/*"])
def test_a_304(served, path, accept):
    tag = re.search(rb"(?i)\r\netag: (.*)\r\n", asked(served.port, request(path, f"Accept: {accept}")))
    assert tag

    found = left(served, request(path, f"Accept: {accept}", f"If-None-Match: {tag[1].decode()}"))

    assert found == (304, set())


@pytest.mark.parametrize("path", ["/health", "/ready", "/metrics", "/status", "/stacks", "/nothing"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_observer(served, path, method):
    _, against = left(served, request(path, method=method), observer_port(served))

    assert against == set()


@pytest.mark.parametrize("status", [400, 408, 414, 431, 500, 503, 504])
def test_what_is_answered_without_the_application(status):
    assert notes(request("/"), answer(status, "id")) <= LEFT


@pytest.fixture(scope="module")
def telling():
    with Server({}, application="tests.serving.telling_app:application") as running:
        yield running


@pytest.mark.parametrize("name", [*NAMES, NOT_OURS])
def test_every_error(telling, name):
    status, against = left(telling, request(f"/_/plain/{name}"))

    assert status >= 400
    assert against == set()
