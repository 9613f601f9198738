"""Row F61: a name server that does not answer, while the server starts and while it reloads."""

import signal

import pytest

from tests.faults import origins
from tests.faults.bounds import T_O
from tests.faults.clients import ask_all, counted
from tests.faults.service import CAT, Service
from tests.misbehaving import Origin

SETTINGS = ("watermark_url", "fallback_image_url")


@pytest.fixture
def hangs(tmp_path, monkeypatch):
    """While this file is there, no lookup is answered."""
    monkeypatch.setenv("LOOKUPS_HANG", str(tmp_path / "hangs"))
    return tmp_path / "hangs"


def asking(pictures, origin, setting):
    named = {setting: origin.url("/mark.png", host="localhost")}
    return Service(pictures, application="tests.faults.unanswered_app:application", **named)


@pytest.mark.parametrize("setting", SETTINGS)
def test_f61_a_reload_is_refused_and_costs_no_request(pictures, hangs, record, setting):
    with Origin({"*": origins.picture}) as origin, asking(pictures, origin, setting) as own:
        before = own.settled()
        hangs.touch()
        own.process.send_signal(signal.SIGHUP)
        assert own.await_log("nothing has changed")
        answers = ask_all(own.port, [CAT] * 20, at_once=4)
        kept = own.workers == before
        hangs.unlink()
        own.process.send_signal(signal.SIGHUP)

        assert own.await_log("Reload: no setting has changed")
    record(statuses=counted(answers), workers_kept=kept)
    assert kept
    assert counted(answers) == {200: 20}


def test_f61_a_start_waits_for_the_watermark(pictures, hangs, record):
    hangs.touch()
    with Origin({"*": origins.picture}) as origin:
        own = asking(pictures, origin, "watermark_url")
        own._awaits_health = False
        own.await_workers = lambda *_: True
        with own:
            assert own.await_log("no server")
            hangs.unlink()
            own._await_health()

    record(budget_s=T_O)


def test_f61_a_start_does_not_wait_for_the_fallback_image(pictures, hangs, record):
    hangs.touch()
    with Origin({"*": origins.picture}) as origin, asking(pictures, origin, "fallback_image_url") as own:
        answers = ask_all(own.port, [CAT] * 4)

        assert "Without a fallback image" in own.log()
    record(statuses=counted(answers))
    assert counted(answers) == {200: 4}
