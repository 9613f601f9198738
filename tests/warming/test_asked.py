import click
import pytest

from imgsvc.config import from_environment
from imgsvc.warming.asked import Asked, engine_of, name_of, order_of
from imgsvc.warming.targets import NOWHERE

GIVEN = {
    "source": "list", "presets": "", "options": ("w:30",), "accepts": (), "target": "store", "through": None,
    "workers": 4, "memory": 512, "timeout": 9.0, "rate": None, "scheduler": None, "manifest": None, "again": "lost",
    "changed_only": False, "limit": None, "fail_over": 50.0, "dry_run": False, "sample": 20,
}  # fmt: skip
CONFIG = from_environment({"IMGSVC_RESULT_STORE": "file:///srv/results", "IMGSVC_AUTO_WEBP": "1"})


def asked(**more) -> Asked:
    return Asked(**GIVEN | more)


def test_for_a_store_what_browsers_accept_is_made_and_for_files_what_all_accept():
    assert [each.label for each in order_of(asked(), CONFIG).wishes] == ["w:30", "w:30 for webp"]
    files = order_of(asked(target="file:///srv/{path}/{preset}.{format}"), CONFIG)
    assert [each.label for each in files.wishes] == ["w:30"]


def test_a_rate_is_shared_by_processes_and_kept_by_threads_together():
    assert order_of(asked(rate=2.0), CONFIG).pause_seconds == 2.0
    assert order_of(asked(rate=2.0, through="http://a"), CONFIG).pause_seconds == 0.5


def test_a_dry_run_writes_nowhere():
    assert order_of(asked(dry_run=True), from_environment({})).target == NOWHERE


def test_another_order_is_written_down_elsewhere():
    others = [{}, {"source": "other"}, {"options": ("w:31",)}, {"target": "file:///a/{path}/{preset}"}]
    names = {name_of(each, order_of(each, CONFIG)) for each in (asked(**more) for more in others)}

    assert len(names) == len(others)


@pytest.mark.parametrize(
    "address",
    ["tcp://10.0.0.1:8786", "tcp://127.0.0.1:1@evil:2", "tcp://localhost.evil:1", "inproc://a", "tls://a", "ws://a:1"],
)
def test_a_scheduler_that_nobody_vouches_for_is_refused(address):
    given = asked(scheduler=address)

    with pytest.raises(click.UsageError, match="--scheduler"):
        engine_of(given, CONFIG, order_of(given, CONFIG), {})


@pytest.mark.parametrize("address", ["tls://scheduler:8786", "tcp://127.0.0.1:8786", "tcp://[::1]:8786"])
def test_one_with_certificates_or_the_end_of_a_tunnel_is_not(address):
    given = asked(scheduler=address)

    assert callable(engine_of(given, CONFIG, order_of(given, CONFIG), {}))


@pytest.mark.parametrize("base", ["img.example.com", "ftp://a", "http://a?b", "file:///a"])
def test_what_is_asked_through_is_a_server(base):
    given = asked(through=base)

    with pytest.raises(click.UsageError, match="--through"):
        engine_of(given, CONFIG, order_of(given, CONFIG), {})
