"""The playground's HTTP, over real sockets."""

import json
import socket
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from tests import images
from tests.playground.stub import MARKED, PICTURE, Playground, playground
from tests.serving.server import everything


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playground]:
    """The playground of a server without keys."""
    root = tmp_path_factory.mktemp("pictures")
    (root / "meadow.jpg").write_bytes(images.encoded(images.quadrants(400, 200), "jpg"))
    with playground(root) as found:
        yield found


@pytest.mark.parametrize("path", ["/", "/app.js", "/style.css", "/icon.svg", "/app.js?v=1"])
def test_the_page_s_files_are_there_and_hold_a_browser_to_them(ours, path):
    answer = ours.get(path)

    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/nothing", "/../app.js", "/page/app.js", "/%61pp.js", "/__init__.py"])
def test_no_other_file_is(ours, path):
    with ours.connect() as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())

        assert everything(client).startswith(b"HTTP/1.1 404")


def test_nobody_is_told_which_python_runs_it(ours):
    assert "Python" not in ours.get("/").headers["Server"]


def test_a_name_of_another_site_is_told_why(ours):
    answer = ours.get("/", Host="evil.example:8082")

    assert (answer.status_code, "rebinding" in answer.text) == (403, True)


def test_a_call_of_another_page_is_refused_before_anything_is_read(ours):
    head = (
        f"POST /api/write HTTP/1.1\r\nHost: {ours.url[7:]}\r\nOrigin: http://evil.example\r\nContent-Length: 9\r\n\r\n"
    )
    with ours.connect() as client:
        client.sendall(head.encode())

        assert everything(client).startswith(b"HTTP/1.1 403")


def test_two_headers_of_one_name_are_believed_neither(ours):
    head = f"POST /api/form HTTP/1.1\r\nHost: {ours.url[7:]}\r\nHost: 127.0.0.1\r\nX-Imgsvc-Playground: 1\r\n\r\n"
    with ours.connect() as client:
        client.sendall(head.encode())

        assert everything(client).startswith(b"HTTP/1.1 403")


def test_no_other_site_is_allowed_to_ask(ours):
    with ours.connect() as client:
        client.sendall(b"OPTIONS /api/form HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://evil.example\r\n\r\n")
        client.shutdown(socket.SHUT_WR)

        answer = everything(client)
    assert answer.startswith(b"HTTP/1.1 501")
    assert b"Access-Control" not in answer


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"[" * 100_000, b"\xff"])
def test_what_is_no_object_is_refused(ours, body):
    with ours.connect() as client:
        head = f"POST /api/write HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Imgsvc-Playground: 1\r\nContent-Length: {len(body)}"
        client.sendall(head.encode() + b"\r\n\r\n" + body)

        assert everything(client).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("length", ["-1", "999999999", "x", ""])
def test_a_length_that_cannot_be_is_not_waited_for(ours, length):
    with ours.connect() as client:
        head = f"POST /api/write HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Imgsvc-Playground: 1\r\nContent-Length: {length}"
        client.sendall(head.encode() + b"\r\n\r\n")

        assert everything(client).startswith(b"HTTP/1.1 400")


def test_there_is_no_other_call(ours):
    assert ours.call("__class__").status_code == 404


def test_a_picture_is_the_main_listener_s_with_what_the_page_needs_of_its_headers(ours):
    answer = ours.call("picture", {"target": "/_/w:3/plain/x", "accept": "image/webp"})

    assert (answer.status_code, answer.content) == (200, PICTURE)
    assert (answer.headers["Content-Type"], answer.headers["X-Request-Id"]) == ("image/webp", "abc")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
    assert "Set-Cookie" not in answer.headers
    assert ours.main.asked[-1][1]["accept"] == "image/webp"


def test_a_picture_that_is_not_made_is_told_with_where_to_look(ours):
    told = ours.call("picture", {"target": "/broken"}).json()

    assert (told["status"], told["text"]) == (404, PICTURE.decode())
    assert "request id abc" in told["remedy"]


@pytest.mark.parametrize("target", ["/a b", "/a\r\nX: y", "/\u00e9"])
def test_a_target_that_no_url_has_is_not_asked_for(ours, target):
    before = len(ours.main.asked)

    assert ours.call("picture", {"target": target}).json()["status"] == 502
    assert ours.main.asked[before:] == []


def test_the_server_is_let_go_of_when_the_page_does_not_wait_any_more(ours):
    body = json.dumps({"target": "/hang"})
    head = "".join(f"{name}: {value}\r\n" for name, value in {**MARKED, "Content-Length": len(body)}.items())
    with ours.connect() as client:
        client.sendall(f"POST /api/picture HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}\r\n{body}".encode())
        assert ours.main.hung.wait(30)

    assert ours.main.left.wait(30)


def test_with_a_secret_the_page_is_there_and_nothing_is_done(tmp_path: Path) -> None:
    with playground(tmp_path, secret="hush", key="aa", salt="bb") as ours:
        assert ours.get("/").status_code == 200
        told = ours.call("form")
        assert (told.status_code, told.json()["needs_secret"]) == (401, True)
        assert ours.call("form", Authorization="Bearer hush").status_code == 200


def test_the_server_is_sent_the_secret(tmp_path: Path) -> None:
    with playground(tmp_path, secret="hush") as ours:
        ours.call("picture", {"target": "/x"}, Authorization="Bearer hush")

        assert ours.main.asked[0][1]["authorization"] == "Bearer hush"


def test_with_real_keys_and_no_secret_nothing_is_signed(tmp_path: Path) -> None:
    with playground(tmp_path, key="aa", salt="bb") as ours:
        told = ours.call("write", {"uses": ["w:3"], "source": "http://x/a.jpg"})

        assert (told.status_code, "set SECRET" in told.json()["refused"]) == (403, True)


def test_a_main_listener_that_does_not_answer_is_said_not_to(tmp_path: Path) -> None:
    with playground(tmp_path) as ours:
        ours.main.server_close()

        told = ours.call("picture", {"target": "/x"}).json()
        assert (told["status"], "does not answer" in told["text"]) == (502, True)


def test_a_file_that_is_dropped_is_a_source_by_its_digest(ours):
    told = ours.drop(b"abc").json()

    assert told == {"source": f"dropped:///{sha256(b'abc').hexdigest()}"}


def test_a_file_is_kept_for_nobody_else(ours):
    assert ours.drop(b"abc", Origin="http://evil.example").status_code == 403


def test_a_file_that_is_too_large_is_refused_before_it_is_read(ours):
    with ours.connect() as client:
        head = f"POST /api/drop HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Imgsvc-Playground: 1\r\nContent-Length: {2**25 + 1}"
        client.sendall(head.encode() + b"\r\n\r\n")

        assert b'"status": 413' in everything(client)


@pytest.mark.parametrize("target", ["/_/w:3/plain/local:///etc/passwd", "/_/w:3/plain/http://127.0.0.1/a.jpg"])
@pytest.mark.slow
def test_the_server_of_dropped_files_reads_nothing_else(ours, target):
    told = ours.call("picture", {"target": target, "dropped": True}).json()

    assert told["status"] in (403, 404)
