import logging

import pytest

from imgsvc.errors import SecretError, SourceStatusError, SourceUnreachableError
from imgsvc.options.processing import ProcessingOptions
from imgsvc.web.middleware import check_secret
from tests.web.fakes import SOURCE_URL, FakeRenderer, client, failing

PATH = f"/_/w:1/plain/{SOURCE_URL}"


def line(caplog, renderer=None, path=PATH, **more):
    """The fields of the one line that the request leaves in the log."""
    with caplog.at_level(logging.INFO, "imgsvc.access"):
        client(renderer).simulate_get(path, **more)
    (record,) = [each for each in caplog.records if each.name == "imgsvc.access"]
    return record.fields | {"level": record.levelname, "stack": record.exc_info}


def test_an_answer_carries_the_id_of_its_request():
    answer = client().simulate_get(PATH, headers={"X-Request-Id": "abc_1-2"})

    assert answer.headers["x-request-id"] == "abc_1-2"


@pytest.mark.parametrize("target", ["/%zz", "/_/w:1/plain/x%", "/a%2"])
def test_a_target_with_a_broken_escape_is_a_bad_request(target):
    renderer = FakeRenderer()

    answer = client(renderer).simulate_get("/x", extras={"RAW_URI": target})

    assert (answer.status_code, answer.text, renderer.requests) == (400, "400 Bad Request", [])


# The secret


def test_the_secret_opens():
    answer = client(web={"secret": "s"}).simulate_get(PATH, headers={"Authorization": "Bearer s"})

    assert answer.status_code == 200


@pytest.mark.parametrize("sent", [None, "Bearer x", "bearer s", "s", "Bearer  s", "Bearer"])
def test_anything_else_does_not(sent):
    answer = client(web={"secret": "s"}).simulate_get(PATH, headers={"Authorization": sent} if sent else {})

    assert (answer.status_code, answer.text) == (403, "Forbidden")


@pytest.mark.parametrize("path", ["/", "/health"])
def test_pages_need_no_secret(path):
    assert client(web={"secret": "s"}).simulate_get(path).status_code == 200


def test_a_secret_need_not_be_ascii():
    check_secret("Bearer ä".encode().decode("latin-1"), "ä")

    with pytest.raises(SecretError):
        check_secret("Bearer ö", "ä")


# CORS


def test_images_may_be_read_from_the_configured_origin():
    headers = client(web={"allow_origin": "https://a"}).simulate_get(PATH).headers

    assert headers["access-control-allow-origin"] == "https://a"
    assert headers["access-control-allow-methods"] == "GET, OPTIONS"


def test_so_may_a_refusal():
    headers = client(web={"allow_origin": "*", "secret": "s"}).simulate_get(PATH).headers

    assert headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", ["/", "/health"])
def test_pages_may_not(path):
    assert "access-control-allow-origin" not in client(web={"allow_origin": "*"}).simulate_get(path).headers


# The log


def test_a_request_leaves_one_line(caplog):
    found = line(caplog, headers={"X-Request-Id": "abc"})

    assert (found["request_id"], found["method"], found["status"]) == ("abc", "GET", 200)
    assert (found["level"], found["source"]) == ("INFO", SOURCE_URL)
    assert found["target"] == f"/***/w:1/plain/{SOURCE_URL}"


def test_the_line_tells_the_options_by_their_names(caplog):
    options = ProcessingOptions(width=3, strip_metadata=True, quality=80)

    assert line(caplog, FakeRenderer(options=options))["options"] == {"resize": "fit:3", "quality": "80"}


def test_the_line_says_where_the_time_went(caplog):
    def slow(job, scope):
        with scope.stage("fetch"):
            raise SourceUnreachableError("no such host")

    assert line(caplog, FakeRenderer(slow))["stage_ms"] == {"fetch": 0}


def test_the_line_says_what_it_took_of_the_worker(caplog):
    def dear(job, scope):
        bytearray(64 << 20)
        raise SourceUnreachableError("no such host")

    found = line(caplog, FakeRenderer(dear))

    assert (found["cpu_ms"] > 0, found["peak_mib"] > 64) == (True, True)


def test_the_line_of_a_refusal_says_why(caplog):
    found = line(caplog, FakeRenderer(failing(SourceUnreachableError("no such host"))))

    assert (found["level"], found["outcome"], found["error"]) == ("WARNING", "SourceUnreachableError", "no such host")


def test_the_line_of_a_fault_holds_the_stack(caplog):
    found = line(caplog, FakeRenderer(failing(ZeroDivisionError("x"))))

    assert (found["level"], found["outcome"]) == ("ERROR", "InternalError")
    assert found["stack"]


def test_the_line_of_a_source_s_fault_needs_none(caplog):
    found = line(caplog, FakeRenderer(failing(SourceStatusError("503", status=502))))

    assert (found["level"], found["outcome"], found["stack"]) == ("ERROR", "SourceStatusError", None)


@pytest.mark.parametrize("path", ["/health", "/favicon.ico", "/.well-known/x"])
def test_what_machines_ask_for_by_themselves_leaves_none(caplog, path):
    with caplog.at_level(logging.INFO):
        client().simulate_get(path)

    assert not caplog.records
