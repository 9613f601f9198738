import subprocess
import sys
from itertools import takewhile
from pathlib import Path

import pytest

from tests.faults import origins
from tests.faults.processes import connected_to, workers
from tests.misbehaving import Origin
from tests.ports import free_port
from tests.serving.server import CHECKOUT, PATIENCE_SECONDS, Server
from tests.waiting import eventually

EX_CONFIG = 78


def refused(**settings):
    """Exit code and log of a server that is given these settings."""
    with Server({f"IMGSVC_{name}": value for name, value in settings.items()}, awaits_health=False) as server:
        code = server.process.wait(PATIENCE_SECONDS)
        return code, server.log()


@pytest.mark.parametrize(
    "settings", [{"WORKERS": "many"}, {"TTL": "-1"}], ids=["what gunicorn reads", "what the application reads"]
)
def test_a_setting_that_cannot_be_used_ends_the_start(settings):
    code, log = refused(**settings)

    assert code == EX_CONFIG
    assert "Traceback" not in log


def test_all_mistakes_are_told_at_once():
    _, log = refused(WORKERS="many", TTL="-1", USE_ETAG="perhaps")

    assert [name for name in ("IMGSVC_WORKERS", "IMGSVC_TTL", "IMGSVC_USE_ETAG") if name not in log] == []


def test_no_secret_is_told():
    _, log = refused(KEY="not-hex-7", TTL="-1")

    assert "not-hex-7" not in log


def images(origin):
    """Settings for the images that are fetched before there is a worker."""
    return {"IMGSVC_WATERMARK_URL": origin.url("/w.png"), "IMGSVC_FALLBACK_IMAGE_URL": origin.url("/f.png")}


def test_no_process_keeps_a_connection_that_the_start_needed():
    more = {"IMGSVC_ALLOW_LOOPBACK_SOURCE_ADDRESSES": "true", "IMGSVC_WORKERS": "3"}
    with Origin({"*": origins.picture}) as origin, Server({**images(origin), **more}) as server:
        are_there = eventually(lambda: len(workers(server)) == 3)
        holding = connected_to(origin.port)

    assert are_there
    assert {"/w.png", "/f.png"} <= set(origin.targets)
    assert holding == []


def test_what_does_nothing_here_is_said_once_when_the_server_starts():
    settings = {"IMGPROXY_PPROF_BIND": ":1", "IMGSVC_QUALTY": "5", "IMGSVC_WORKERS": "2"}
    with Server(settings) as server:
        log = server.log()

    assert log.count("IMGPROXY_PPROF_BIND does nothing here: there is no Go in it") == 1
    assert log.count("IMGSVC_QUALTY is not a setting, and does nothing; did you mean IMGSVC_QUALITY?") == 1
    assert log.count("signatures are not checked") == 1


def test_what_the_command_line_says_comes_before_the_env_file(tmp_path):
    file = tmp_path / "env"
    file.write_text("IMGSVC_BIND=127.0.0.1:1\nIMGSVC_TTL=77\n")
    port = free_port()
    command = [sys.executable, "-m", "imgsvc", "--env-file", str(file), "serve", "--bind", f"127.0.0.1:{port}"]

    with subprocess.Popen(command, cwd=CHECKOUT, stderr=subprocess.PIPE, text=True) as process:
        lines = takewhile(lambda line: "Listening at" not in line, process.stderr)
        assert len(list(lines)) < 10
        process.terminate()
        assert f"127.0.0.1:{port}" in process.stderr.read()


def test_no_codec_computes_in_threads_of_its_own(server):
    (worker,) = workers(server)
    tasks = Path(f"/proc/{worker}/task")
    # In one of its own the file is read, which ends by itself.
    server.get("/_/w:1/plain/local:///nothing.bmp")
    before = len(list(tasks.iterdir()))

    answer = server.get("/_/rs:fill:400:300/g:sm/plain/local:///big.bmp@gif")

    assert answer.status_code == 200
    assert eventually(lambda: len(list(tasks.iterdir())) == before)
