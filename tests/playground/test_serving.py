"""The playground beside a real server."""

import signal
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from imgsvc.config import from_environment
from imgsvc.playground.serving import rooms
from tests import images
from tests.playground.stub import MARKED, comes_up
from tests.ports import free_port
from tests.serving.server import Server
from tests.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.mark.parametrize(
    ("listener", "host"),
    [
        ("0.0.0.0:80", "http://127.0.0.1:80"),
        ("[::]:80", "http://[::1]:80"),
        ("127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("unix:/run/s", "http://localhost"),
    ],
)
def test_snippets_begin_with_where_the_server_listens(tmp_path, listener, host):
    found = rooms(from_environment({}), {}, "127.0.0.1", listener, tmp_path)

    assert found.calls["form"]({})["host"] == host


def test_a_picture_comes_from_the_server_and_the_playground_goes_with_it(tmp_path):
    (tmp_path / "q.png").write_bytes(images.encoded(images.quadrants(400, 200)))
    port = free_port()
    settings = {"IMGSVC_LOCAL_FILESYSTEM_ROOT": str(tmp_path), "IMGSVC_PLAYGROUND_BIND": f"127.0.0.1:{port}"}
    with Server(settings) as server:
        assert comes_up(server)
        asked = {"target": "/_/w:50/plain/local:///q.png"}
        picture = requests.post(f"http://127.0.0.1:{port}/api/picture", json=asked, headers=MARKED, timeout=30)
        assert images.opened(picture.content).size == (50, 25)
        assert server.get("/playground").status_code == 404

    assert eventually(lambda: not answers(port))


def test_a_reload_without_its_address_takes_the_playground_away(tmp_path):
    env_file, port = tmp_path / "env", free_port()
    env_file.write_text(f"IMGSVC_PLAYGROUND_BIND=127.0.0.1:{port}\n")
    with Server({"IMGSVC_ENV_LOCAL_FILE_PATH": str(env_file)}) as server:
        assert comes_up(server)
        env_file.write_text("\n")
        server.process.send_signal(signal.SIGHUP)

        assert eventually(lambda: not answers(port))


def test_there_is_none_unless_it_is_asked_for():
    with Server({}) as server:
        assert server.get("/health").status_code == 200
        assert "playground" not in server.log()


def test_a_dropped_file_is_served_by_a_server_of_its_own_and_goes_with_the_playground(tmp_path):
    (tmp_path / "q.png").write_bytes(images.encoded(images.quadrants(400, 200)))
    port = free_port()
    settings = {"IMGSVC_PLAYGROUND_BIND": f"127.0.0.1:{port}", "TMPDIR": str(tmp_path)}
    with Server(settings) as server:
        assert comes_up(server)
        here = f"http://127.0.0.1:{port}/api"
        dropped = requests.post(f"{here}/drop", data=(tmp_path / "q.png").read_bytes(), headers=MARKED, timeout=30)
        written = requests.post(f"{here}/write", json=dropped.json() | {"uses": ["w:50"]}, headers=MARKED, timeout=30)
        picture = requests.post(f"{here}/picture", json=written.json(), headers=MARKED, timeout=90)
        assert images.opened(picture.content).size == (50, 25)
        assert server.get(written.json()["target"]).status_code == 404
        (folder,) = tmp_path.glob("imgsvc-playground-*")

    assert eventually(lambda: not folder.exists())
    assert eventually(lambda: not any(str(folder) in each for each in environments()))


def environments() -> list[str]:
    """What every process was started with."""
    found = []
    for each in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            found.append(each.read_text("utf-8", "replace"))
    return found


def answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/", timeout=30).ok
    except requests.ConnectionError:
        return False
