import logging

from imgsvc.changes import Change, changes, tell_changes
from imgsvc.config import from_environment

BEFORE = from_environment({})


def told(caplog, **settings):
    caplog.set_level(logging.INFO)
    after = from_environment({f"IMGSVC_{name}": value for name, value in settings.items()})
    tell_changes(BEFORE, after, {"SO_REUSEPORT": "it needs a restart"})
    return [(record.levelname, record.getMessage()) for record in caplog.records]


def test_a_setting_that_has_changed_is_a_line_with_both_its_values(caplog):
    assert told(caplog, TTL="5") == [("INFO", "Reload: TTL was '31536000', is '5': taken over")]


def test_each_setting_has_a_line_of_its_own(caplog):
    assert len(told(caplog, TTL="5", QUALITY="70", TIMEOUT="4")) == 3


def test_a_setting_that_waits_for_a_restart_is_a_warning(caplog):
    ((level, line),) = told(caplog, SO_REUSEPORT="true")

    assert level == "WARNING"
    assert line.endswith("it needs a restart")


def test_where_nothing_has_changed_that_is_said(caplog):
    assert "no setting has changed" in told(caplog)[0][1]


def test_no_secret_is_told(caplog):
    lines = told(caplog, KEY="abcd1234", SALT="dcba4321", SECRET="hush")

    assert [line for _, line in lines] == [
        f"Reload: {name} has changed: taken over" for name in ("KEY", "SALT", "SECRET")
    ]


def test_a_long_value_is_cut():
    after = from_environment({"IMGSVC_WATERMARK_DATA": "A" * 4000})

    assert [len(str(change)) < 200 for change in changes(BEFORE, after)] == [True]


def test_a_change_can_be_read():
    assert str(Change("TTL", "1", "2")) == "TTL was '1', is '2'"
