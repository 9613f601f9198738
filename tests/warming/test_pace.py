from datetime import UTC, datetime

import pytest

from imgsvc.runtime.scope import Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.source import SourceRequest
from imgsvc.sources.stores.source import Told
from imgsvc.warming.pace import MOST_SECONDS, Pacer, PatientSource, PutOffError, retry_after

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
CAT, DOG = (SourceRequest(SourceUrl.parse(f"http://{host}.example/a.png")) for host in ("cats", "dogs"))


class Origin:
    """Answers with what it was told to, and counts."""

    def __init__(self, status: int, **headers: str) -> None:
        self.answer = Told(status, {name.replace("_", "-"): value for name, value in headers.items()})
        self.asked = 0

    def open(self, request, scope):
        self.asked += 1
        return self.answer


class Clock:
    def __init__(self) -> None:
        self.now, self.slept = 100.0, []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7),
        (" 0 ", 0),
        ("Mon, 30 Nov 2026 12:00:09 GMT", 9),
        ("Mon, 30 Nov 2026 11:00:00 GMT", 0),
        ("99999999999999999999", MOST_SECONDS),
        ("-3", 0),
        ("soon", 0),
        ("", 0),
    ],
)
def test_patience_is_asked_for_in_seconds_or_until_a_date(text, seconds):
    assert retry_after(text, lambda: NOON) == seconds


@pytest.mark.parametrize("status", [429, 503])
def test_an_origin_that_asks_for_patience_is_not_asked_again_before(status):
    clock, origin = Clock(), Origin(status, retry_after="7")
    source = PatientSource(origin, clock)
    with pytest.raises(PutOffError):
        source.open(CAT, Scope(60))
    clock.now += 6

    with pytest.raises(PutOffError) as error:
        source.open(CAT, Scope(60))

    assert (error.value.seconds, origin.asked) == (1, 1)


def test_another_origin_is_asked_meanwhile():
    origin = Origin(503, retry_after="7")
    source = PatientSource(origin)
    for request in (CAT, DOG):
        with pytest.raises(PutOffError):
            source.open(request, Scope(60))

    assert origin.asked == 2


@pytest.mark.parametrize(("status", "headers"), [(503, {}), (404, {"retry_after": "7"}), (200, {"retry_after": "7"})])
def test_any_other_answer_is_the_answer(status, headers):
    assert PatientSource(Origin(status, **headers)).open(CAT, Scope(60)).status == status


def test_an_origin_is_asked_no_more_often_than_it_may_be():
    clock = Clock()
    pacer = Pacer(0.5, clock, clock.sleep)
    for _ in range(3):
        pacer.wait("a")
    pacer.wait("b")

    assert (clock.slept, clock.now) == ([0.5, 0.5], 101.0)


def test_who_was_slower_than_that_waits_for_nothing():
    clock = Clock()
    pacer = Pacer(0.5, clock, clock.sleep)
    pacer.wait("a")
    clock.now += 3
    pacer.wait("a")

    assert clock.slept == []
