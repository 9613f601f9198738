import os
import sys
import threading

import pytest

from imgsvc.errors import (
    BrokenImageError,
    InternalError,
    QuarantinedError,
    RequestTimeoutError,
    ResolutionError,
    SignatureError,
    SourceStatusError,
    SourceTimeoutError,
)
from imgsvc.settings.env import SettingsError
from imgsvc.telemetry.reports import REPORTS_AT_ONCE, Facts, create_reports, is_reported
from imgsvc.telemetry.settings import ReportSettings
from tests.images import encoded, quadrants
from tests.ports import free_port
from tests.serving.server import Server
from tests.telemetry.receivers import Receiver, event_of
from tests.waiting import eventually

SOURCE = "https://x/cat.png?token=hush"
FACTS = Facts("an-id", "GET", "/***/w:1/***", SOURCE, "https://x", {"resize": "fit:1"})


def failed():
    try:
        raise ZeroDivisionError(SOURCE)
    except ZeroDivisionError as cause:
        error = InternalError("it broke")
        error.__cause__ = cause
        return error


@pytest.fixture
def pictures(tmp_path):
    (tmp_path / "cat.png").write_bytes(encoded(quadrants()))
    return tmp_path


@pytest.fixture
def sentry():
    with Receiver(event_of) as receiver:
        yield receiver


def reports_to(port, **settings):
    made = create_reports(ReportSettings(sentry_dsn=f"http://key@127.0.0.1:{port}/7", **settings))
    assert made
    return made


def test_a_report_says_what_failed_and_for_whom(sentry):
    reports_to(sentry.port).send(failed(), FACTS)
    assert eventually(lambda: sentry.received)
    event = sentry.received[0]

    assert sentry.paths == ["/api/7/envelope/"]
    assert [each["type"] for each in event["exception"]["values"]] == ["ZeroDivisionError", "InternalError"]
    assert event["contexts"]["imgsvc"] == {
        "Request ID": "an-id",
        "Source Image URL": "https://x/cat.png?***",
        "Source Image Origin": "https://x",
        "Options": {"resize": "fit:1"},
        "Documentation URL": "docs/errors.md#internalerror",
    }


def test_no_query_and_no_variable_is_in_it(sentry):
    reports_to(sentry.port).send(failed(), FACTS)
    assert eventually(lambda: sentry.received)

    assert "hush" not in str(sentry.received[0])
    assert "vars" not in str(sentry.received[0])


def test_a_report_is_filed_as_the_settings_say(sentry):
    reports_to(sentry.port, sentry_environment="test", sentry_release="r1").send(failed(), FACTS)
    assert eventually(lambda: sentry.received)

    assert (sentry.received[0]["environment"], sentry.received[0]["release"]) == ("test", "r1")


def test_a_flood_of_errors_is_no_flood_of_reports(sentry):
    reports = reports_to(sentry.port)
    for _ in range(5 * REPORTS_AT_ONCE):
        reports.send(failed(), FACTS)

    assert eventually(lambda: len(sentry.received) >= REPORTS_AT_ONCE)
    assert len(sentry.received) < 2 * REPORTS_AT_ONCE


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (InternalError("x"), True),
        (BrokenImageError("x"), True),
        (SourceStatusError("x", status=404), True),
        (SourceTimeoutError("x"), False),
        (RequestTimeoutError("x"), False),
        (QuarantinedError("x"), False),
        (ResolutionError("x"), False),
        (SignatureError("x"), False),
    ],
    ids=lambda each: type(each).__name__,
)
def test_what_is_reported_is_what_imgproxy_reports(error, told):
    assert is_reported(error, downloads=True) == told


def test_downloads_are_reported_only_where_that_is_wanted():
    assert not is_reported(SourceStatusError("x", status=502), downloads=False)


def test_a_dsn_that_is_none_is_a_mistake_that_does_not_show_it():
    with pytest.raises(SettingsError, match="SENTRY_DSN") as caught:
        create_reports(ReportSettings(sentry_dsn="hush"))

    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("missing", "settings", "names"),
    [
        ("sentry_sdk", "reports.create_reports(settings.ReportSettings(sentry_dsn='http://a@b/1'))", "SENTRY_DSN"),
        ("opentelemetry", "tracing.create_traces(settings.TraceSettings(True))", "OPEN_TELEMETRY_ENABLE"),
    ],
)
def test_a_package_that_is_not_there_is_a_mistake_of_the_settings(missing, settings, names):
    code = (
        f"import sys; sys.modules[{missing!r}] = None\nfrom imgsvc.settings.env import SettingsError\n"
        f"from imgsvc.telemetry import reports, settings, tracing\ntry: {settings}\n"
        f"except SettingsError as error: sys.exit(0 if {names!r} in str(error) else 2)\nsys.exit(3)"
    )

    assert os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c", code]) == 0


def test_without_a_dsn_nothing_is_loaded():
    code = "import imgsvc.app, sys; sys.exit(bool({'sentry_sdk', 'opentelemetry'} & set(sys.modules)))"

    assert os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c", code]) == 0


def test_before_the_fork_no_thread_is_begun(sentry):
    before = set(threading.enumerate())
    reports_to(sentry.port)

    assert set(threading.enumerate()) <= before


@pytest.mark.slow
def test_a_worker_reports_a_source_that_cannot_be_had(sentry, pictures):
    settings = {
        "IMGSVC_LOCAL_FILESYSTEM_ROOT": str(pictures),
        "IMGPROXY_SENTRY_DSN": f"http://key@127.0.0.1:{sentry.port}/1",
    }
    with Server(settings) as server:
        answer = server.get("/sig/w:1/plain/local:///nothing.png")
        assert eventually(lambda: sentry.received)

    event = sentry.received[0]
    assert (answer.status_code, event["tags"]["status"]) == (404, "404")
    assert event["request"]["url"] == "/***/w:1/plain/local:///nothing.png"
    assert event["tags"]["request_id"] == answer.headers["X-Request-Id"]


@pytest.mark.slow
def test_a_sentry_that_is_down_costs_nothing(pictures):
    settings = {
        "IMGSVC_LOCAL_FILESYSTEM_ROOT": str(pictures),
        "IMGSVC_SENTRY_DSN": f"http://key@127.0.0.1:{free_port()}/1",
    }
    with Server(settings) as server:
        statuses = [server.get("/sig/w:1/plain/local:///nothing.png").status_code for _ in range(30)]
        log = server.log()

    assert set(statuses) == {404}
    assert (server.process.returncode, "Traceback" in log) == (0, False)
