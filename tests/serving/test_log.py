"""What a server as an operator runs it leaves in its log."""

import json

import pytest

from imgsvc.security.settings import SignatureSettings
from imgsvc.security.signature import Signature
from tests.serving.conftest import KEY, SALT
from tests.serving.server import Server

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


def test_a_request_is_one_line_that_says_all(log):
    lines = [json.loads(line) for line in log.splitlines() if "an-id" in line]
    found = lines[0]

    assert len(lines) == 1
    assert (found["method"], found["status"], found["options"]) == ("GET", 200, {"resize": "fit:10:10"})
    assert (found["source"], found["target"]) == (
        "local:///cat.png?***",
        "/***/rs:fit:10:10/plain/local:///cat.png%3F***",
    )
    assert set(found["stage_ms"]) == {"fetch", "header", "decode", "transform", "encode"}


def test_every_line_is_json(log):
    assert all(json.loads(line) for line in log.splitlines())


def test_neither_a_key_nor_a_signature_nor_a_query_is_in_it(log, signature):
    assert [secret for secret in (KEY, SALT, signature, "hush") if secret in log] == []
