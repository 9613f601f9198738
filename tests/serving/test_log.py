"""What a server as an operator runs it leaves in its log."""

import json
import time
from base64 import urlsafe_b64encode
from contextlib import ExitStack

import pytest

from imgsvc.security.settings import SignatureSettings
from imgsvc.security.signature import Signature
from tests.faults.origins import Gate
from tests.misbehaving import Origin
from tests.serving.conftest import KEY, SALT
from tests.serving.server import Server, everything
from tests.waiting import eventually

pytestmark = pytest.mark.slow

PATH = "/rs:fit:10:10/plain/local:///cat.png%3Ftoken=hush"


@pytest.fixture(scope="module")
def signature():
    return Signature(SignatureSettings(key=(bytes.fromhex(KEY),), salt=(bytes.fromhex(SALT),))).sign(PATH)


@pytest.fixture(scope="module")
def log(pictures, signature):
    """Everything that a signed, a wrongly signed and an unreadable request leave."""
    settings = {
        "IMGSVC_LOCAL_FILESYSTEM_ROOT": str(pictures),
        "IMGSVC_KEY": KEY,
        "IMGSVC_SALT": SALT,
        "IMGSVC_LOG_FORMAT": "json",
    }
    with Server(settings) as server:
        assert server.get(f"/{signature}{PATH}", **{"X-Request-Id": "an-id"}).status_code == 200
        assert server.get(f"/{signature}/rs:fit:9:9/plain/local:///cat.png").status_code == 403
        assert b" 400 " in server.ask(f"GET /{signature}{PATH} nonsense HTTP/1.1\r\n\r\n")[:20]
        assert server.await_log('"status": 403')
        return server.log()


@pytest.mark.parametrize(
    "malformed",
    [
        "GET /images/{}/rs:fit:9:9 HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /images/{} /rs:fit:9:9/plain/x HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n",
        "GET /other/{}/rs:fit:9:9/plain/x HTTP/1.1\\r\\n\\r\\n",
        "GET /images/{}/rs:fit: 9:9/plain/x HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET http://[/images/{}/rs:fit:9:9 HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /images/x/y HTTP/1.1\r\nHost: x\r\nAuthorization Bearer {}\r\n\r\n",
        "GET /images/x/y HTTP/1.1\r\nHost: x\r\nCookie: {}\x01\r\n\r\n",
        "GET /images/x/y HTTP/1.1\r\nHost: x\r\nCookie : {}\r\n\r\n",
        "GET /images/x/y HTTP/1.1\r\nHost: x\r\nA: b\r\n {}\r\n\r\n",
        "GET /images/x/y HTTP/1.1\r\nHost: x\r\nExpect: {}\r\n\r\n",
        "GET /images/x/y HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: {}\r\n\r\n",
        "{} /images/x/y HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /images/x/y {}\r\nHost: x\r\n\r\n",
    ],
)
def test_no_part_of_a_malformed_request_is_in_it(talkative, malformed):
    answer = talkative.ask(malformed.format("hush"))

    assert b" 4" in answer[:10]
    assert talkative.get("/images/health", **{"X-Request-Id": "after"}).status_code == 200
    assert "hush" not in talkative.log()


def test_a_request_is_one_line_that_says_all(log):
    lines = [json.loads(line) for line in log.splitlines() if "an-id" in line]
    found = lines[0]

    assert len(lines) == 1
    assert (found["method"], found["status"], found["options"]) == ("GET", 200, {"resize": "fit:10:10"})
    assert (found["source"], found["target"]) == (
        "local:///cat.png?***",
        "/***/rs:fit:10:10/plain/local:///cat.png%3F***",
    )
    assert found["cpu_ms"] > 0 < found["peak_mib"]
    assert set(found["stage_ms"]) == {"fetch", "header", "decode", "transform", "encode"}


@pytest.fixture(scope="module")
def talkative(pictures):
    """A server below a prefix that logs all that it has to say."""
    settings = {"IMGSVC_LOCAL_FILESYSTEM_ROOT": str(pictures), "IMGSVC_LOG_LEVEL": "debug"}
    with Server({**settings, "IMGSVC_PATH_PREFIX": "/images"}, awaits_health=False) as server:
        assert server.await_log("Ready:")
        yield server


def test_every_line_is_json(log):
    assert all(json.loads(line) for line in log.splitlines())


def test_neither_a_key_nor_a_signature_nor_a_query_is_in_it(log, signature):
    assert [secret for secret in (KEY, SALT, signature, "hush") if secret in log] == []


def test_a_refusal_is_a_line_too(tmp_path):
    gate = Gate()
    settings = {
        "IMGSVC_ALLOW_LOOPBACK_SOURCE_ADDRESSES": "true",
        "IMGSVC_FETCHES": "1",
        "IMGSVC_QUEUE_TIMEOUT": "1",
        "IMGSVC_READ_REQUEST_TIMEOUT": "1",
        "IMGSVC_LOG_FORMAT": "json",
    }
    with Server(settings) as server, Origin({"*": gate}) as origin, ExitStack() as clients:
        source = urlsafe_b64encode(origin.url("/a.png").encode()).decode().rstrip("=")
        waits = f"GET /secret/w:9/{source} HTTP/1.1\r\nHost: x\r\n\r\n"
        told = []
        for says in (*[waits] * 4, waits[:-2]):
            client = clients.enter_context(server.connect())
            client.sendall(says.encode())
            told.append(client)
            assert eventually(lambda: gate.waiting)
        time.sleep(1.5)
        gate.let_through()
        statuses = [everything(each)[9:12] for each in told]
        lines = [json.loads(line) for line in server.log().splitlines()]

    assert statuses == [b"200", b"503", b"503", b"503", b"408"]
    outcomes = {line["outcome"] for line in lines if "outcome" in line}
    assert (
        {"header_timeout", "origin_queue_too_old"}
        <= outcomes
        <= {"header_timeout", "origin_queue_too_old", "origin_busy"}
    )
    assert {line["target"] for line in lines if "outcome" in line} == {"/***/w:9/***"}
