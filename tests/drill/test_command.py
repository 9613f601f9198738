from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from imgsvc.cli import main
from tests.images import encoded, quadrants
from tests.serving.server import Server

pytestmark = pytest.mark.slow
URL = ["--url", "/_/rs:fit:20:20/plain/local:///cat.png"]


def drilled(*arguments: str):
    return CliRunner().invoke(main, ["drill", *arguments])


def test_another_machine_is_not_attacked_by_mistake():
    answer = drilled("192.0.2.1:80", *URL)

    assert answer.exit_code == 64
    assert "--i-own-this-server" in answer.output


def test_a_server_that_is_not_there_is_said_to_be_so():
    answer = drilled("127.0.0.1:1", *URL)

    assert answer.exit_code == 1
    assert "was not answered" in answer.output


def test_an_address_without_a_port_that_can_be_read_is_refused():
    assert "no ADDRESS:PORT" in drilled("127.0.0.1:x", *URL).output


def test_a_real_server_is_drilled(tmp_path):
    (tmp_path / "cat.png").write_bytes(encoded(quadrants()))
    settings = {"IMGSVC_LOCAL_FILESYSTEM_ROOT": str(tmp_path), "IMGSVC_WORKERS": "2"}
    with Server(settings) as server:
        health = f"http://127.0.0.1:{server.port}/health"
        answer = drilled(urlsplit(health).netloc, *URL, "--ready", health, "--seconds", "2", "--only", "trickle-1")

    assert "trickle-1" in answer.output
    assert "capacity" in answer.output
