import json

import pytest

from imgsvc.security.settings import SignatureSettings
from imgsvc.security.signature import Signature
from tests.images import opened
from tests.serving.conftest import KEY, SALT
from tests.serving.server import Server

CAT = "/_/rs:fit:20:20/plain/local:///cat.png"


def test_a_picture_comes_back_in_the_size_that_was_asked_for(server):
    answer = server.get(f"{CAT}@webp")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
    assert opened(answer.content).size == (20, 10)


def test_the_server_says_its_own_name(server):
    assert server.get(CAT).headers["server"] == "imgsvc"


def test_head_has_the_headers_alone(server):
    answer = server.ask(f"HEAD {CAT} HTTP/1.1\r\nHost: x\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("path", "status", "text"),
    [
        ("/_/nonsense:1/plain/local:///cat.png", 404, "Invalid URL"),
        ("/_/plain/local:///dog.png", 404, "Source is unreachable"),
        ("/favicon.ico", 404, " "),
        ("/nothing", 404, "Invalid URL"),
    ],
)
def test_what_is_not_there_is_told_in_one_sentence(server, path, status, text):
    answer = server.get(path)

    assert (answer.status_code, answer.text) == (status, text)


@pytest.mark.parametrize(
    "line",
    ["GET /_/plain/local:///cat.png%zz HTTP/1.1", "GET /_/w: /plain/x HTTP/1.1", "GET / HTTP/9.9", "nonsense"],
)
def test_what_is_no_request_is_a_bad_request(server, line):
    answer = server.ask(f"{line}\r\nHost: x\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert answer.endswith(b"\r\n\r\n400 Bad Request")


def test_slashes_and_escapes_reach_the_parser_as_they_were_sent(server):
    answer = server.ask("GET /_//rs%3Afit:20:20/plain/local:///c%61t.png HTTP/1.1\r\nHost: x\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 200 ")


def test_a_url_of_16000_characters_is_read(server):
    assert server.get(f"{CAT}?{'x' * 15900}").status_code == 200


def test_a_longer_one_is_refused(server):
    assert server.get(f"{CAT}?{'x' * 17_000}").status_code == 414


def test_a_cookie_of_16000_characters_is_read(server):
    assert server.get(CAT, Cookie="a" * 16_000).status_code == 200


def test_a_raw_answer_is_the_file_itself(server, pictures):
    assert server.get("/_/raw:1/plain/local:///big.bmp").content == (pictures / "big.bmp").read_bytes()


@pytest.fixture(scope="module")
def guarded(pictures):
    """A server with keys, a secret and a log for machines."""
    settings = {
        "IMGPROXY_LOCAL_FILESYSTEM_ROOT": str(pictures),
        "IMGPROXY_KEY": KEY,
        "IMGPROXY_SALT": SALT,
        "IMGPROXY_SECRET": "s3cret",
        "IMGSVC_LOG_FORMAT": "json",
    }
    with Server(settings) as running:
        yield running


def signed(path):
    settings = SignatureSettings(key=(bytes.fromhex(KEY),), salt=(bytes.fromhex(SALT),))
    return f"/{Signature(settings).sign(path)}{path}"


def test_a_signed_url_with_the_secret_is_answered(guarded):
    path = signed("/rs:fit:20:20/plain/local:///cat.png")

    assert guarded.get(path, Authorization="Bearer s3cret").status_code == 200


def test_a_signed_url_without_the_secret_is_not(guarded):
    assert guarded.get(signed("/w:20/plain/local:///cat.png")).status_code == 403


def test_the_secret_without_a_signature_is_not_enough(guarded):
    assert guarded.get(CAT, Authorization="Bearer s3cret").status_code == 403


def test_every_line_of_the_log_is_of_the_form_and_none_holds_a_secret(guarded):
    guarded.get(f"{CAT}?token=beef", Authorization="Bearer s3cret")

    lines = guarded.log().splitlines()
    assert all(json.loads(line)["msg"] for line in lines)
    assert not [line for line in lines if "s3cret" in line or "beef" in line or KEY in line]


def test_a_unix_socket_serves_as_well(pictures, tmp_path):
    settings = {"IMGSVC_BIND": f"unix:{tmp_path}/imgsvc.sock", "IMGSVC_LOCAL_FILESYSTEM_ROOT": str(pictures)}

    with Server(settings) as running:
        answer = running.ask(f"GET {CAT} HTTP/1.1\r\nHost: x\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 200 ")
