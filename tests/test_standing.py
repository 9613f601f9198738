"""Images that are loaded before anything is served, from origins and files that misbehave."""

import math
import os
import signal
import threading
import time
from pathlib import Path

import pytest

from imgsvc.errors import SourceIncompleteError, SourceStatusError, SourceTooLargeError, UnknownFormatError
from imgsvc.runtime.scope import NotAtOnceError, Scope
from imgsvc.settings.env import SettingsError
from imgsvc.sources.http import HttpSource
from imgsvc.sources.routing import Router
from imgsvc.sources.settings import SourceSettings
from imgsvc.standing import LATE_PAUSE_SECONDS, Given, Late, load, may_pass
from tests.faults.origins import SMALL, Gate
from tests.interpreter import at_once
from tests.misbehaving import Origin, closes_at_once, in_turn, never_answers, not_found, says, waits
from tests.ports import free_port


def sources(**options):
    """Origins on loopback, each for a second."""
    source = HttpSource(SourceSettings(download_timeout=1), lambda address: None, lambda url: True, **options)
    return Router({"http": source, "https": source})


def given(url="", data="", path=None):
    return Given("WATERMARK", data, path, url)


def unchecked(_found):
    """Whatever it is will do."""


def refused(image, source=None, check=unchecked):
    with pytest.raises(SettingsError) as caught:
        load(image, source or sources(), check)
    return caught.value


def test_an_image_comes_from_a_file(tmp_path: Path):
    (tmp_path / "mark").write_bytes(b"mark")

    assert load(given(path=tmp_path / "mark"), sources(), unchecked).body == b"mark"


def test_an_image_comes_from_an_origin_and_leaves_neither_thread_nor_connection():
    before = set(threading.enumerate())
    with Origin({"*": says(b"mark")}) as origin:
        threads = set(threading.enumerate())
        found = load(given(origin.url(host="localhost")), sources(), unchecked)
        begun = [each.name for each in set(threading.enumerate()) - threads if each.name == "lookup"]

    assert (found.body, begun) == (b"mark", [])
    assert not [each.name for each in set(threading.enumerate()) - before if each.name == "lookup"]


@pytest.mark.parametrize(
    "answer", [closes_at_once, never_answers, says(status=500), says(status=503), says(status=429)]
)
def test_an_origin_that_is_not_well_may_be_so_later(answer):
    with Origin({"*": answer}) as origin:
        assert refused(given(origin.url())).is_passing


def test_an_origin_that_refuses_may_take_a_connection_later():
    assert refused(given(f"http://127.0.0.1:{free_port()}/a.png")).is_passing


def test_a_name_server_that_does_not_answer_may_do_so_later():
    hangs = threading.Event()

    assert refused(given("http://name.example/a.png"), sources(resolve=lambda *_: hangs.wait(60))).is_passing


@pytest.mark.parametrize("answer", [not_found, says(status=403), says(status=204)])
def test_an_origin_that_has_no_such_image_will_not_have_it_later(answer):
    with Origin({"*": answer}) as origin:
        assert not refused(given(origin.url())).is_passing


@pytest.mark.parametrize(
    "url", ["http://", "http://a b/", "ftp://a/b.png", "a.png", "http://[::1/", f"http://{'x' * 64}/"]
)
def test_what_is_no_url_will_not_become_one(url):
    assert not refused(given(url)).is_passing


def test_a_file_that_cannot_be_read_is_a_mistake(tmp_path: Path):
    assert not refused(given(path=tmp_path / "none")).is_passing


def test_an_image_that_cannot_be_used_is_a_mistake():
    def check(_found):
        raise UnknownFormatError("text")

    error = refused(given(data="AAAA"), check=check)

    assert not error.is_passing
    assert "an image that can be read (text)" in str(error)


def test_an_image_that_ends_its_decoder_ends_nothing_else():
    error = refused(given(data="AAAA"), check=lambda _found: os.kill(os.getpid(), signal.SIGSEGV))

    assert not error.is_passing
    assert "signal 11" in str(error)


def test_who_is_patient_gets_the_image_of_an_origin_that_refused_at_first():
    with Origin({"*": in_turn(closes_at_once, says(status=500), says(b"mark"))}) as origin:
        assert load(given(origin.url()), sources(), unchecked, patience_seconds=20).body == b"mark"


def test_what_will_not_pass_is_not_tried_again():
    with Origin({"*": not_found}) as origin, pytest.raises(SettingsError):
        load(given(origin.url()), sources(), unchecked, patience_seconds=20)

    assert len(origin.targets) == 1


def test_a_late_image_is_fetched_when_it_is_needed_and_kept():
    with Origin({"*": says(b"late", Expires="0")}) as origin:
        late = Late(given(origin.url()), sources())
        found = [late(Scope(5)), late(Scope(5))]

    assert [each.body for each in found] == [b"late", b"late"]
    assert len(origin.targets) == 1
    assert "expires" not in found[0].headers


def test_who_cannot_wait_for_a_late_image_leaves_it_to_who_asks_again():
    gate, scope = Gate(), Scope(5)
    scope.patient_until = time.monotonic() + 0.2
    with Origin({"*": gate}) as origin:
        late = Late(given(origin.url()), sources())
        with pytest.raises(NotAtOnceError):
            late(scope)
        scope.patient_until = math.inf
        gate.let_through()

        assert late(scope).body == SMALL
        assert len(origin.targets) <= 1


def test_of_many_threads_that_need_a_late_image_one_fetches_it():
    patient = HttpSource(SourceSettings(download_timeout=30), lambda address: None, lambda url: True)
    with Origin({"*": waits(0.2, b"late")}) as origin:
        late = Late(given(origin.url()), patient)
        found = at_once(lambda _: late(Scope(30)), 8)

    assert {each.result().body for each in found if each.result()} == {b"late"}
    assert len(origin.targets) == 1


def test_a_late_image_that_is_still_not_there_is_not_asked_for_at_once_again():
    now = [time.monotonic()]
    with Origin({"*": closes_at_once}) as origin:
        late = Late(given(origin.url()), sources(), clock=lambda: now[0])
        missing = [late(Scope(5)), late(Scope(5))]
        soon = origin.connections
        now[0] += LATE_PAUSE_SECONDS
        late(Scope(5))

    assert missing == [None, None]
    assert origin.connections > soon


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (SourceIncompleteError("half"), True),
        (SourceTooLargeError("huge"), False),
        (SourceStatusError("", status=404), False),
    ],
)
def test_it_is_known_what_may_pass(error, passes):
    assert may_pass(error) is passes
