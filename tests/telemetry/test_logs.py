import io
import json
import logging
import os
import socket
import sys
from contextlib import contextmanager, redirect_stderr

import pytest

from imgsvc.telemetry.logs import configure_logging
from imgsvc.telemetry.settings import LogSettings
from tests.telemetry.journald import Journald


@pytest.fixture
def restored_logging():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    for each in root.handlers:
        each.close()
    root.handlers[:], root.level = handlers, level
    logging.getLogger("gunicorn.error").handlers.clear()
    logging.getLogger("gunicorn.error").propagate = True


def test_gunicorn_s_own_lines_take_the_same_form(restored_logging):
    stream = io.StringIO()
    logger = logging.getLogger("gunicorn.error")
    handler = logging.StreamHandler(stream)
    logger.addHandler(handler)

    configure_logging(LogSettings(log_format="json"))
    logger.warning("Booting")
    logger.removeHandler(handler)

    assert json.loads(stream.getvalue().splitlines()[0])["msg"] == "Booting"


@contextmanager
def a_pipe_as_standard_error():
    """The end to read."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb", buffering=0) as reader, os.fdopen(writing, "w") as writer, redirect_stderr(writer):
        yield reader


def test_gunicorn_s_own_lines_are_written_after_a_reload_too(restored_logging):
    logger = logging.getLogger("gunicorn.error")
    logger.propagate = False

    with a_pipe_as_standard_error() as pipe:
        logger.addHandler(logging.StreamHandler(sys.stderr))
        for _ in range(2):
            configure_logging(LogSettings(log_format="json"))
        logger.warning("Booting")

        assert [each.dropped for each in logger.handlers] == [0]
        assert pipe.read(1000).count(b"Booting") == 1


def test_what_is_below_the_level_is_not_written(restored_logging):
    configure_logging(LogSettings(log_level="warn"))

    assert not logging.getLogger("imgsvc.access").isEnabledFor(logging.INFO)


def test_a_flood_leaves_lines_out(restored_logging, capfd):
    configure_logging(LogSettings(log_rate=5))
    for _ in range(50):
        logging.getLogger("imgsvc").info("again")

    assert capfd.readouterr().err.count("again") == 10


def test_syslog_gets_its_own_level_in_the_structured_form(restored_logging, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as syslog:
        syslog.bind(str(tmp_path / "log"))
        syslog.settimeout(10)
        configure_logging(LogSettings(syslog_enable=True, syslog_level="debug", syslog_address=str(tmp_path / "log")))
        logging.getLogger("imgsvc").debug("a detail")

        assert b'msg="a detail"' in syslog.recv(1000)


def named(stream):
    """What systemd would set JOURNAL_STREAM to, were this stream the journal's."""
    found = os.fstat(stream.fileno())
    return f"{found.st_dev}:{found.st_ino}"


def test_records_go_to_the_journal_where_standard_error_is_it(restored_logging, tmp_path):
    with a_pipe_as_standard_error() as pipe, Journald(tmp_path) as journald:
        configure_logging(LogSettings(journal_address=journald.address), named(pipe))
        logging.getLogger("imgsvc").warning("boo", extra={"fields": {"request_id": "an-id"}})

        assert journald.entry()["IMGSVC_REQUEST_ID"] == "an-id"


def test_a_form_that_was_chosen_is_kept_where_standard_error_is_the_journal(restored_logging, tmp_path):
    with a_pipe_as_standard_error() as pipe, Journald(tmp_path) as journald:
        configure_logging(LogSettings(log_format="json", journal_address=journald.address), named(pipe))
        logging.getLogger("imgsvc").warning("boo")

        assert json.loads(pipe.read(1000))["msg"] == "boo"
        assert not journald.has_entry()


def test_without_a_journal_lines_are_structured(restored_logging, tmp_path):
    with a_pipe_as_standard_error() as pipe:
        configure_logging(LogSettings(log_format="journal", journal_address=str(tmp_path / "nobody")))
        logging.getLogger("imgsvc").warning("boo")

        assert b'level="WARNING" msg="boo"' in pipe.read(1000)


def test_gunicorn_s_own_records_go_to_the_journal(restored_logging, tmp_path):
    logger = logging.getLogger("gunicorn.error")
    logger.propagate = False
    logger.addHandler(logging.StreamHandler(sys.stderr))
    with Journald(tmp_path) as journald:
        for _ in range(2):
            configure_logging(LogSettings(log_format="journal", journal_address=journald.address))
        logger.info("Booting")

        assert [each["MESSAGE"] for each in journald.entries()] == ["Booting"]


def test_a_flood_leaves_entries_out(restored_logging, tmp_path):
    with Journald(tmp_path) as journald:
        configure_logging(LogSettings(log_format="journal", journal_address=journald.address, log_rate=2))
        for _ in range(50):
            logging.getLogger("imgsvc").info("again")

        assert len(journald.entries()) == 4
