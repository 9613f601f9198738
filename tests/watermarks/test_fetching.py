import gc
import threading
from collections.abc import Callable
from contextlib import suppress

import pytest

from imgsvc.errors import (
    ClientClosedRequestError,
    ExhaustedError,
    InternalError,
    RequestTimeoutError,
    SourceStatusError,
)
from imgsvc.runtime.scope import NoJournal, NotAtOnceError, Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.source import Fetched
from imgsvc.watermarks.fetching import Coming, Get, WatermarkFetches
from tests.waiting import eventually
from tests.web.fakes import FakeTrace

MARK = SourceUrl.parse("http://x/mark.png")
OTHER = SourceUrl.parse("http://y/mark.png")
BODY = Fetched(200, {}, b"mark")


class Origin:
    """Answers when it is let, and counts."""

    def __init__(self, answer: Callable[[], Fetched] = lambda: BODY) -> None:
        self.answer = answer
        self.asked: list[str] = []
        self.goes_on = threading.Event()

    def __call__(self, source: SourceUrl, scope: Scope) -> Fetched:
        self.asked.append(source.text)
        assert self.goes_on.wait(60)
        return self.answer()


def fails(error: Exception) -> Callable[[], Fetched]:
    def answer() -> Fetched:
        raise error

    return answer


def open_origin(answer: Callable[[], Fetched] = lambda: BODY) -> Origin:
    origin = Origin(answer)
    origin.goes_on.set()
    return origin


def begun(fetches: WatermarkFetches, source: SourceUrl = MARK) -> Coming:
    return fetches.begin(source, NoJournal())


def fetched(get: Get, source: SourceUrl = MARK) -> Coming:
    fetches = WatermarkFetches(get)
    coming = begun(fetches, source)
    fetches.wait(coming, Scope(60))
    return coming


def test_nobody_waits_for_a_watermark_before_its_source_is_there() -> None:
    origin = Origin()
    coming = begun(WatermarkFetches(origin))

    assert eventually(lambda: origin.asked)
    assert coming.found is None
    origin.goes_on.set()


@pytest.mark.parametrize(
    ("answer", "error"), [(lambda: BODY, "NoneType"), (fails(SourceStatusError("no", status=404)), "SourceStatusError")]
)
def test_a_trace_is_told_of_the_fetch_for_which_its_request_waited(answer: Callable[[], Fetched], error: str) -> None:
    fetches, scope = WatermarkFetches(open_origin(answer)), Scope(60)
    scope.trace = trace = FakeTrace()
    fetches.wait(begun(fetches), scope)

    assert trace.told == [f"=downloading_watermark x {error}"]


def test_and_of_none_where_it_was_kept() -> None:
    fetches, scope = WatermarkFetches(open_origin()), Scope(60)
    fetches.wait(begun(fetches), Scope(60))
    scope.trace = trace = FakeTrace()
    fetches.wait(begun(fetches), scope)

    assert trace.told == []


def test_its_bytes_have_a_name() -> None:
    mark, same = fetched(open_origin()).mark(), fetched(open_origin(), OTHER).mark()

    assert mark.fetched is BODY
    assert mark.digest == same.digest


def test_all_who_want_one_at_once_wait_for_the_same_fetch() -> None:
    origin = Origin()
    fetches = WatermarkFetches(origin)
    first, second, other = begun(fetches), begun(fetches), begun(fetches, OTHER)
    origin.goes_on.set()
    for each in (first, second, other):
        fetches.wait(each, Scope(60))

    assert (first is second, sorted(origin.asked)) == (True, [MARK.text, OTHER.text])


def test_who_comes_later_finds_it() -> None:
    origin = open_origin()
    fetches = WatermarkFetches(origin)
    fetches.wait(begun(fetches), Scope(60))

    again = begun(fetches)
    assert (again.is_there, again.mark().fetched, len(origin.asked)) == (None, BODY, 1)
    assert fetches.kept(MARK) is again.mark()


def test_with_nothing_kept_each_fetches_it() -> None:
    origin = open_origin()
    fetches = WatermarkFetches(origin, kept=0)
    for _ in range(2):
        fetches.wait(begun(fetches), Scope(60))

    assert len(origin.asked) == 2


def test_an_error_is_everybodys_own_and_not_kept() -> None:
    origin = open_origin(fails(SourceStatusError("x answered 404", status=404)))
    fetches = WatermarkFetches(origin)
    coming = begun(fetches)
    fetches.wait(coming, Scope(60))

    with pytest.raises(SourceStatusError, match="x answered 404") as raised:
        coming.mark()
    assert (raised.value.status, raised.value is coming.error) == (404, False)
    fetches.wait(begun(fetches), Scope(60))
    assert len(origin.asked) == 2


def test_whatever_else_happens_nobody_waits_for_ever() -> None:
    with pytest.raises(InternalError, match="ZeroDivisionError"):
        fetched(open_origin(fails(ZeroDivisionError()))).mark()


def test_who_is_not_patient_may_ask_again() -> None:
    origin = Origin()
    fetches = WatermarkFetches(origin)
    coming, scope = begun(fetches), Scope(60)
    scope.patient_until = 0.0
    with pytest.raises(NotAtOnceError):
        fetches.wait(coming, scope)
    origin.goes_on.set()
    fetches.wait(coming, Scope(60))

    assert coming.mark().fetched is BODY


def test_a_client_that_leaves_and_a_deadline_end_the_wait_and_not_the_fetch() -> None:
    origin = Origin()
    fetches = WatermarkFetches(origin)
    coming = begun(fetches)
    with pytest.raises(ClientClosedRequestError):
        fetches.wait(coming, Scope(60, client_gone=lambda: True))
    with pytest.raises(RequestTimeoutError):
        fetches.wait(coming, Scope(0))
    origin.goes_on.set()

    assert eventually(lambda: fetches.kept(MARK))


def test_no_more_are_fetched_at_once_than_are_allowed() -> None:
    origin = Origin()
    fetches = WatermarkFetches(origin, most=1)
    begun(fetches)

    with pytest.raises(ExhaustedError):
        begun(fetches, OTHER).mark()
    origin.goes_on.set()


def test_nor_are_more_waited_for() -> None:
    origin = Origin()
    fetches = WatermarkFetches(origin, most=1)
    coming = begun(fetches)
    waits = threading.Thread(target=fetches.wait, args=(coming, Scope(60)))
    waits.start()

    def is_refused() -> bool:
        with suppress(RequestTimeoutError):
            fetches.wait(coming, Scope(0))
        return False

    with pytest.raises(ExhaustedError):
        eventually(is_refused)
    origin.goes_on.set()
    waits.join(60)


def test_one_origin_leaves_room_for_others() -> None:
    origin = Origin()
    fetches = WatermarkFetches(origin, most=4)
    same = [begun(fetches, SourceUrl.parse(f"http://x/{i}")) for i in range(4)]

    assert [type(each.error) for each in same] == [type(None)] * 3 + [ExhaustedError]
    assert begun(fetches, OTHER).error is None
    origin.goes_on.set()


def test_one_that_never_comes_back_is_given_up_for_another_try() -> None:
    times = iter([0.0, 0.0, 100.0, 100.0, 100.0, 100.0])
    origin = Origin()
    fetches = WatermarkFetches(origin, timeout_seconds=10, clock=lambda: next(times, 100.0))
    first = begun(fetches)
    assert eventually(lambda: origin.asked)

    times = iter([100.0] * 20)
    assert begun(fetches) is not first
    origin.goes_on.set()


def test_what_is_held_of_it_is_given_back_when_nobody_needs_it() -> None:
    def get(_source: SourceUrl, scope: Scope) -> Fetched:
        assert scope.credit
        scope.credit.reserve(scope, 3 << 20, is_all=True)
        return BODY

    fetches = WatermarkFetches(get)
    coming = begun(fetches)
    fetches.wait(coming, Scope(60))
    held = fetches._budget.held
    del coming
    gc.collect()

    assert held > 0
    assert eventually(lambda: fetches._budget.held == 0)
