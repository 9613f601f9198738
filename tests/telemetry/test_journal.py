"""A handler whose journal is a socket of the test's own."""

import io
import logging
import os
import re
import sys
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.telemetry.journal import Journal, entry, is_journal
from imgsvc.telemetry.settings import LogSettings
from tests.telemetry.journald import Journald, parsed

# A name that a record's code may give a field, with what could end one in the protocol among them.
keys = st.text(st.characters(codec="ascii"), min_size=1)
values = st.text() | st.integers() | st.booleans() | st.floats(allow_nan=False)


def record(message="done", fields=None, level=logging.INFO, exc_info=None):
    made = logging.LogRecord("imgsvc", level, "x.py", 1, message, None, exc_info)
    made.fields = fields or {}
    return made


@pytest.fixture
def journald(tmp_path):
    with Journald(tmp_path) as running:
        yield running


@pytest.fixture
def stand_in():
    return logging.StreamHandler(io.StringIO())


@pytest.fixture
def journal(journald, stand_in):
    with closing(Journal(LogSettings(journal_address=journald.address), stand_in)) as handler:
        yield handler


def test_an_entry_has_its_message_its_priority_and_its_fields(journal, journald):
    journal.handle(record("GET 404", {"request_id": "an-id", "status": 404}, logging.WARNING))

    assert journald.entry() == {
        "MESSAGE": 'GET 404 request_id="an-id" status=404',
        "PRIORITY": "4",
        "SYSLOG_IDENTIFIER": "imgsvc",
        "IMGSVC_REQUEST_ID": "an-id",
        "IMGSVC_STATUS": "404",
    }


def test_a_group_s_fields_are_fields_of_their_own(journal, journald):
    journal.handle(record(fields={"stage_ms": {"fetch": 7}, "options": {"resize": "fit:10:10"}}))
    found = journald.entry()

    assert (found["IMGSVC_STAGE_MS_FETCH"], found["IMGSVC_OPTIONS_RESIZE"]) == ("7", "fit:10:10")


def test_the_program_has_the_name_that_syslog_has(journald, stand_in):
    with closing(Journal(LogSettings(journal_address=journald.address, syslog_tag="pics"), stand_in)) as handler:
        handler.handle(record())

    assert journald.entry()["SYSLOG_IDENTIFIER"] == "pics"


def test_a_stack_keeps_its_lines(journal, journald):
    try:
        raise ValueError("no")
    except ValueError:
        journal.handle(record(exc_info=sys.exc_info()))
    found = journald.entry()

    assert found["IMGSVC_STACK"].splitlines()[-1] == "ValueError: no"
    assert found["MESSAGE"].endswith(found["IMGSVC_STACK"])


def test_no_field_tells_a_url_s_query(journal, journald):
    journal.handle(record("GET https://x/a?hush", {"source": "https://x/cat.jpg?X-Amz-Signature=hush"}))

    assert b"hush" not in journald.datagram()


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param("https://x/a.jpg\nIMGSVC_REQUEST_ID=another", id="a line break"),
        pytest.param("https://x/a.jpg\nMESSAGE\n\x04\0\0\0\0\0\0\0evil\n", id="the binary form"),
        pytest.param("https://x/a.jpg\r\0\u2028\udcff", id="what is no text"),
    ],
)
def test_no_url_makes_a_field(journal, journald, hostile):
    journal.handle(record("GET", {"request_id": "an-id", "source": hostile}))
    names = [name for name, _ in parsed(journald.datagram())]

    assert names == ["MESSAGE", "PRIORITY", "SYSLOG_IDENTIFIER", "IMGSVC_REQUEST_ID", "IMGSVC_SOURCE"]


@given(message=st.text(), fields=st.dictionaries(keys, values | st.dictionaries(keys, values)))
def test_what_is_sent_is_what_arrives(tmp_path_factory, message, fields):
    made = record(message.replace("%", ""), fields)
    with (
        Journald(tmp_path_factory.mktemp("journal")) as journald,
        closing(Journal(LogSettings(journal_address=journald.address), logging.NullHandler())) as journal,
    ):
        journal.handle(made)

        assert parsed(journald.datagram()) == entry(made, "imgsvc")


@given(keys)
def test_every_name_is_one_that_journald_takes(key):
    names = [name for name, _ in entry(record(fields={key: 1}), "imgsvc")]

    assert all(re.fullmatch(r"[A-Z][A-Z0-9_]{0,63}", name) for name in names)


@given(st.text())
def test_a_message_has_no_character_that_journalctl_hides(text):
    found = dict(entry(record(text.replace("%", "")), "imgsvc"))["MESSAGE"]

    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", found)


def test_what_no_datagram_holds_goes_in_memory_that_is_handed_over(journal, journald):
    journal.handle(record("x" * 20_000_000))

    assert len(journald.entry()["MESSAGE"]) == 20_000_000
    assert journald.handed_over == 1


def test_a_full_journal_keeps_nobody_waiting_and_what_it_drops_is_counted(journal, journald, stand_in):
    for _ in range(5000):
        journal.handle(record("x" * 1000))
    arrived = len(journald.entries())

    assert (arrived > 0, journal.dropped) == (True, 5000 - arrived)
    assert not stand_in.stream.getvalue()


def test_the_number_of_dropped_entries_is_told_when_there_is_room_again(journal, journald):
    while not journal.dropped:
        journal.handle(record("x" * 1000))
    journald.entries()
    journal.handle(record("again"))

    assert [journald.entry()["MESSAGE"] for _ in range(2)] == ["1 log lines were dropped: nobody took them", "again"]
    assert journal.dropped == 0


def test_without_a_journal_a_record_goes_to_its_stand_in(tmp_path, stand_in):
    with closing(Journal(LogSettings(journal_address=str(tmp_path / "nobody")), stand_in)) as handler:
        handler.handle(record("boo"))

    assert stand_in.stream.getvalue() == "boo\n"
    assert handler.dropped == 0


def test_a_journal_that_was_restarted_is_found_again(tmp_path, stand_in):
    with closing(Journal(LogSettings(journal_address=str(tmp_path / "journal")), stand_in)) as handler:
        for message in ("before", "after"):
            with Journald(tmp_path) as journald:
                handler.handle(record(message))
                arrived = journald.entry()["MESSAGE"]
            Path(journald.address).unlink()

    assert arrived == "after"
    assert not stand_in.stream.getvalue()


def test_a_record_that_cannot_be_told_ends_nothing(journal, capfd):
    journal.handle(logging.LogRecord("imgsvc", logging.INFO, "x.py", 1, "%d", ("no number",), None))

    assert "Logging error" in capfd.readouterr().err


def test_a_stream_is_the_journal_where_systemd_says_so(tmp_path):
    with (tmp_path / "stream").open("w") as stream:
        found = os.fstat(stream.fileno())

        assert is_journal(stream, f"{found.st_dev}:{found.st_ino}")
        assert not is_journal(stream, f"{found.st_dev}:{found.st_ino + 1}")


@pytest.mark.parametrize("journal_stream", ["", "8", "a:b", "8:1:1"])
def test_a_stream_is_not_the_journal_where_nobody_says_so(journal_stream):
    assert not is_journal(io.StringIO(), journal_stream)
    assert not is_journal(sys.__stderr__, journal_stream)
