import pytest

from imgsvc.config import Config, limits_in_seconds
from imgsvc.runtime.timeouts import BY_NAME, TIMEOUTS, conflicts, seconds_of

DEFAULTS = limits_in_seconds(Config())


def test_the_defaults_fit_into_one_another():
    assert list(conflicts(DEFAULTS)) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"DOWNLOAD_TIMEOUT": 11}, "TIMEOUT of imgsvc is 10 s, shorter than the 11 s of DOWNLOAD_TIMEOUT (source)"),
        ({"GRACEFUL_STOP_TIMEOUT": 12}, "GRACEFUL_STOP_TIMEOUT of imgsvc is 12 s"),
        ({"TIMEOUT": 14}, "proxy_read_timeout of nginx is 15 s"),
        ({"GRACEFUL_STOP_TIMEOUT": 40}, "TimeoutStopSec of systemd is 30 s"),
    ],
)
def test_an_outer_limit_that_is_too_short_is_named(change, told):
    assert any(told in sentence for sentence in conflicts(DEFAULTS | change))


def test_a_limit_that_is_off_contains_nothing():
    assert list(conflicts(DEFAULTS | {"GRACEFUL_STOP_TIMEOUT": 0})) == []


def test_a_limit_contains_only_what_there_is():
    assert {name for each in TIMEOUTS for name in each.contains} <= BY_NAME.keys()


@pytest.mark.parametrize("each", TIMEOUTS, ids=lambda each: each.name)
def test_every_limit_has_a_length(each):
    assert seconds_of(each, DEFAULTS) > 0
