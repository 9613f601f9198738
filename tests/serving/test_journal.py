"""What a server leaves in the journal, and which of its processes does."""

import os
import signal
import socket

import pytest

from tests.serving.server import Server
from tests.telemetry.journald import Journald

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def taken():
    """An address that another process listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture(scope="module")
def journald(tmp_path_factory):
    with Journald(tmp_path_factory.mktemp("journal"), patience_seconds=1) as running:
        running.follow()
        yield running


@pytest.fixture(scope="module")
def server(pictures, journald, taken):
    settings = {
        "IMGSVC_LOCAL_FILESYSTEM_ROOT": str(pictures),
        "IMGSVC_LOG_FORMAT": "journal",
        "IMGSVC_JOURNAL_ADDRESS": journald.address,
        "IMGSVC_OBSERVER_BIND": taken,
    }
    with Server(settings) as running:
        yield running


def test_a_request_is_found_by_its_id(server, journald):
    server.get("/-/rs:fit:10:10/plain/local:///cat.png%3Ftoken=hush", **{"X-Request-Id": "an-id"})
    (entry,) = journald.found(IMGSVC_REQUEST_ID="an-id")

    assert (entry["IMGSVC_STATUS"], entry["IMGSVC_OPTIONS_RESIZE"], entry["IMGSVC_SOURCE"]) == (
        "200",
        "fit:10:10",
        "local:///cat.png?***",
    )
    assert {name for name in entry if name.startswith("IMGSVC_STAGE_MS_")} == {
        f"IMGSVC_STAGE_MS_{stage}" for stage in ("FETCH", "HEADER", "DECODE", "TRANSFORM", "ENCODE")
    }


def test_a_request_without_a_picture_is_found_by_its_outcome(server, journald):
    server.get("/-/plain/local:///nothing.png", **{"X-Request-Id": "no-picture"})
    (entry,) = journald.found(IMGSVC_OUTCOME="SourceUnreachableError")

    assert (entry["IMGSVC_REQUEST_ID"], entry["PRIORITY"]) == ("no-picture", "4")


def test_an_entry_is_of_the_process_that_wrote_it(server, journald):
    server.get("/-/plain/local:///cat.png", **{"X-Request-Id": "of-a-worker"})
    (worker,) = journald.found(IMGSVC_REQUEST_ID="of-a-worker")
    arbiter = journald.found("Ready: ")[0]

    assert arbiter["_PID"] == str(server.process.pid)
    assert worker["_PID"] not in (arbiter["_PID"], str(os.getpid()))


def test_what_the_observer_says_is_there(server, journald):
    assert len(journald.found("The observer cannot listen on ")) == 1


def test_what_gunicorn_says_is_there_after_a_reload_too(server, journald):
    server.process.send_signal(signal.SIGHUP)

    assert journald.found("Worker exiting")


def test_nothing_is_written_twice(server):
    assert server.log() == ""
