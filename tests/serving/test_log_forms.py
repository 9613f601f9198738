"""Every line of a server's log has the log's form: gunicorn's, a refused reload's, a dead worker's, a bad start's."""

import json
import os
import re
import signal

import pytest

from tests.faults.processes import workers
from tests.serving.server import PATIENCE_SECONDS, Server

pytestmark = pytest.mark.slow

FORMS = {
    "json": json.loads,
    "gcp": json.loads,
    "structured": re.compile(r'time="[^"]*" level="[A-Z]+" msg=".*').fullmatch,
    "pretty": re.compile(r"[-\d]+ [:\d]+ \x1b\[\d+m\[[A-Z]{3}\]\x1b\[0m .*|  \x1b\[2m.*").fullmatch,
}


def formless(log, form):
    """The lines that are no line of this form."""

    def is_one(line):
        try:
            return bool(FORMS[form](line))
        except ValueError:
            return False

    return [line for line in log.splitlines() if not is_one(line)]


@pytest.mark.parametrize("form", FORMS)
def test_a_server_s_whole_life_is_told_in_one_form(form, tmp_path):
    file = tmp_path / "env"
    file.write_text("IMGSVC_TTL=5\n")
    settings = {"IMGSVC_ENV_LOCAL_FILE_PATH": str(file), "IMGSVC_LOG_FORMAT": form, "IMGPROXY_USE_S3": "true"}
    with Server(settings) as server:
        os.kill(workers(server)[0], signal.SIGKILL)
        assert server.await_log("Booting worker", times=2)
        file.write_text("IMGSVC_TTL=6\n")
        server.process.send_signal(signal.SIGHUP)
        assert server.await_log("taken over")
        file.write_text("IMGSVC_TTL=soon\nIMGSVC_QUALITY=none\n")
        server.process.send_signal(signal.SIGHUP)
        assert server.await_log("nothing has changed")
        server.ask("nonsense\r\n\r\n")
        server.process.terminate()
        server.process.wait(PATIENCE_SECONDS)
        log = server.log()

    assert formless(log, form) == []
    assert [word for word in ("Listening at", "IMGSVC_QUALITY", "Shutting down") if word not in log] == []


@pytest.mark.parametrize("form", FORMS)
def test_a_start_that_is_refused_is_told_in_that_form(form):
    settings = {
        "IMGSVC_LOG_FORMAT": form,
        "IMGSVC_TTL": "soon",
        "IMGSVC_SYSLOG_LEVEL": "loud",
        "IMGSVC_BIND": "nowhere",
    }
    with Server(settings, awaits_health=False) as server:
        assert server.process.wait(PATIENCE_SECONDS) == 78
        log = server.log()

    assert formless(log, form) == []
    assert [name for name in ("TTL", "SYSLOG_LEVEL", "BIND") if f"IMGSVC_{name}" not in log] == []


@pytest.mark.parametrize("form", ["json", "structured"])
def test_a_start_on_an_address_that_is_taken_is_told_in_that_form(form):
    with Server({}) as first:
        second = Server({"IMGSVC_LOG_FORMAT": form}, awaits_health=False, port=first.port)
        with second:
            second.process.wait(PATIENCE_SECONDS)
            log = second.log()

    assert formless(log, form) == []
    assert "Connection in use" in log
