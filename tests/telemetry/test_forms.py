import json
import logging
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.telemetry.forms import Lines, as_gcp, as_json, as_pretty, as_structured, redacted

FORMS = (as_json, as_gcp, as_structured, as_pretty)
SECRET_URL = "https://x/cat.jpg?X-Amz-Signature=beef"


def record(message="done", fields=None, level=logging.INFO, exc_info=None):
    made = logging.LogRecord("imgsvc", level, "x.py", 1, message, None, exc_info)
    made.fields = fields or {}
    return made


def line(form, message="done", fields=None, **more):
    return Lines(form).format(record(message, fields, **more))


def failure(message):
    try:
        raise ValueError(message)
    except ValueError:
        return sys.exc_info()


def test_json_is_one_object_with_its_fields():
    found = json.loads(line(as_json, fields={"status": 200, "stage_ms": {"fetch": 7}}))

    assert found | {"time": ""} == {"time": "", "level": "INFO", "msg": "done", "status": 200, "stage_ms": {"fetch": 7}}


def test_google_cloud_finds_the_names_that_it_looks_for():
    found = json.loads(line(as_gcp, level=logging.WARNING))

    assert (found["severity"], found["message"]) == ("WARNING", "done")


def test_structured_lines_quote_text_and_leave_numbers_bare():
    found = line(as_structured, fields={"status": 200, "source": 'a "b"', "stage_ms": {"fetch": 7}})

    assert found.endswith('level="INFO" msg="done" status=200 source="a \\"b\\"" stage_ms.fetch=7')


def test_pretty_lines_mark_the_level():
    assert "[WRN]" in line(as_pretty, level=logging.WARNING)


@pytest.mark.parametrize("form", FORMS)
@given(text=st.text())
def test_a_record_is_one_line_whatever_is_in_it(form, text):
    found = line(form, text.replace("%", ""), {"source": text, "group": {"key": text}})

    assert len(found.splitlines()) == 1


@pytest.mark.parametrize("form", [as_json, as_gcp, as_structured])
def test_a_stack_does_not_break_the_line(form):
    found = line(form, exc_info=failure("no"))

    assert "Traceback" in found
    assert len(found.splitlines()) == 1


def test_a_stack_has_lines_of_its_own_for_people():
    assert len(line(as_pretty, exc_info=failure("no")).splitlines()) > 3


@pytest.mark.parametrize("form", FORMS)
def test_no_part_of_a_record_tells_a_url_s_query(form):
    found = line(form, f"GET {SECRET_URL}", {"source": SECRET_URL}, exc_info=failure(SECRET_URL))

    assert "beef" not in found


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("https://x/a.jpg", "https://x/a.jpg", id="nothing to hide"),
        pytest.param("https://x/a.jpg?b=c&d", "https://x/a.jpg?***", id="a query"),
        pytest.param("/s/plain/https://x/a%3Fb=c@png", "/s/plain/https://x/a%3F***", id="an encoded query"),
        pytest.param("https://me:pw@x/a.jpg", "https://***@x/a.jpg", id="a password"),
        pytest.param("/plain/ftp%3A%2F%2Fme:pw%40x%2Fa", "/plain/ftp%3A%2F%2F***@x%2Fa", id="an encoded password"),
        pytest.param("/s/plain/ftp:/me:pw@x/a", "/s/plain/ftp:/***@x/a", id="a password behind a lost slash"),
        pytest.param("/s/plain/local:///a@webp", "/s/plain/local:///a@webp", id="an extension is no host"),
        pytest.param("bad line: 'GET /SIG/w:1/plain/x X'", "bad line: 'GET /***/w:1/plain/x X'", id="a request line"),
        pytest.param("GET /health HTTP/9", "GET /health HTTP/9", id="a request line without a signature"),
        pytest.param("GET https://x/?a failed, why?", "GET https://x/?*** failed, why?", id="only URLs"),
    ],
)
def test_urls_are_shown_without_their_secrets(text, shown):
    assert redacted(text) == shown
