"""Twin of imgsvc/sources/byte_budget.py: the sums by themselves, and threads that wait for each other."""

import socket
import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.errors import ClientClosedRequestError, RequestTimeoutError
from imgsvc.runtime.clients.disconnect import watcher
from imgsvc.runtime.scope import Scope
from imgsvc.sources.byte_budget import MEBIBYTE, ByteBudget, Claim, Entry, Ledger

SHARED = 100


def entries(ledger: Ledger, *wanted: int, grows: bool = False) -> list[Entry]:
    """Of one origin each, in this order."""
    made = [Entry(str(number)) for number, _ in enumerate(wanted)]
    for entry, size in zip(made, wanted, strict=True):
        ledger.ask(entry, size, grows=grows)
    return made


def held(entries_: list[Entry]) -> list[int]:
    return [each.held for each in entries_]


class TestLedger:
    def test_what_fits_is_had_at_once(self) -> None:
        assert held(entries(Ledger(SHARED), 40, 40, 20)) == [40, 40, 20]

    def test_what_does_not_fit_waits_until_something_is_given_back(self) -> None:
        ledger = Ledger(SHARED)
        first, _, third = entries(ledger, 40, 40, 40)

        assert (third.held, ledger.give_back(first), third.held) == (0, [third], 40)

    def test_one_that_would_fit_does_not_overtake_one_that_does_not(self) -> None:
        assert held(entries(Ledger(SHARED), 40, 40, 40, 10)) == [40, 40, 0, 0]

    def test_what_grows_may_hold_half_and_the_oldest_of_it_the_rest(self) -> None:
        ledger = Ledger(SHARED)
        first, second, third = entries(ledger, 10, 25, 25, grows=True)
        for entry in (third, first):
            ledger.ask(entry, entry.held + 25, grows=True)

        assert held([first, second, third]) == [35, 25, 25]
        assert third.more == 25

    def test_where_all_wait_the_oldest_who_holds_some_goes_on(self) -> None:
        ledger = Ledger(SHARED)
        first, second = entries(ledger, 50, 50, grows=True)
        ledger.ask(second, 60, grows=True)

        assert ledger.ask(first, 120, grows=True) == [first]
        assert held([first, second]) == [120, 50]

    def test_one_that_is_larger_than_all_goes_on_alone(self) -> None:
        ledger = Ledger(SHARED)
        first, second = entries(ledger, 10, 200)

        assert (second.held, ledger.give_back(first), second.held) == (0, [second], 200)

    def test_the_sources_of_one_origin_hold_half_while_another_wants_some(self) -> None:
        ledger = Ledger(SHARED)
        hers = [Entry("a") for _ in range(3)]
        for entry in hers:
            ledger.ask(entry, 25, grows=False)
        his = Entry("b")
        ledger.ask(his, 10, grows=False)
        late = Entry("a")

        ledger.ask(late, 10, grows=False)

        assert (held([*hers, his]), late.held) == ([25, 25, 25, 10], 0)

    def test_what_the_worker_is_at_waits_for_nobody(self) -> None:
        ledger = Ledger(SHARED)
        entries(ledger, 50, 50, 50)

        ledger.ask(urgent := Entry("x", is_urgent=True), 10, grows=False)

        assert urgent.held == 10

    @given(
        st.lists(
            st.tuples(st.integers(0, 9), st.integers(1, SHARED // 2), st.booleans(), st.sampled_from("abc")),
            max_size=60,
        )
    )
    def test_whatever_is_asked_somebody_goes_on_and_no_more_is_held_than_there_is(
        self, asked: list[tuple[int, int, bool, str]]
    ) -> None:
        ledger = Ledger(SHARED)
        sizes: dict[int, int] = {}
        at_work: dict[int, Entry] = {}
        for number, size, grows, owner in asked:
            entry = at_work.setdefault(number, Entry(owner, grows=grows))
            sizes.setdefault(number, size)
            step = _next_step(ledger, entry, sizes[number])
            if step == "gives back":
                del at_work[number], sizes[number]

            assert ledger.held <= SHARED
            assert any(not each.more for each in at_work.values() if each.held) or not any(
                each.more for each in at_work.values()
            )
        for entry in at_work.values():
            ledger.give_back(entry)

        assert (ledger.held, ledger.entries) == (0, [])


def _next_step(ledger: Ledger, entry: Entry, size: int) -> str:
    """What a fetch of so many bytes does next: nothing while it waits, grow by ten, end, and be given back."""
    if entry.more:
        return "waits"
    if entry.held >= size:
        ledger.give_back(entry)
        return "gives back"
    is_whole = entry not in ledger.entries and not entry.grows
    ledger.ask(entry, size if is_whole else min(entry.held + 10, size), grows=not is_whole)
    return "asks"


SMALL = 10 * MEBIBYTE


def reserved(claim: Claim, size: int, scope: Scope | None = None) -> int:
    return claim.reserve(scope or Scope(30), size, is_all=True)


class TestClaim:
    def test_what_is_free_is_counted_for_nobody(self) -> None:
        budget = ByteBudget(SMALL, claims=2)

        assert reserved(budget.claim(), MEBIBYTE) == MEBIBYTE
        assert budget.held == 0

    def test_the_free_bytes_of_all_claims_are_no_more_than_half(self) -> None:
        assert ByteBudget(SMALL, claims=32).free == SMALL // 64

    def test_a_length_that_is_too_large_to_be_believed_is_not_waited_for(self) -> None:
        budget = ByteBudget(SMALL)

        assert reserved(budget.claim(), 9 * SMALL) == MEBIBYTE
        assert budget.held == 0

    def test_what_grew_is_held_as_it_is_in_the_end(self) -> None:
        budget = ByteBudget(SMALL)
        claim = budget.claim()
        claim.reserve(Scope(30), 3 * MEBIBYTE)

        reserved(claim, 2 * MEBIBYTE + 1)

        assert budget.held == MEBIBYTE + 1

    def test_it_may_be_given_back_twice_and_taken_again(self) -> None:
        budget = ByteBudget(SMALL)
        claim = budget.claim()
        reserved(claim, 3 * MEBIBYTE)

        claim.release()
        claim.release()

        assert (budget.held, reserved(claim, 3 * MEBIBYTE)) == (0, 3 * MEBIBYTE)

    def test_who_waits_goes_on_when_another_gives_back(self) -> None:
        budget = ByteBudget(SMALL)
        claims = [budget.claim(owner) for owner in "abc"]
        for claim in claims[:2]:
            reserved(claim, 5 * MEBIBYTE)
        with ThreadPoolExecutor() as pool:
            waiting: Future[int] = pool.submit(reserved, claims[2], 5 * MEBIBYTE)
            threading.Timer(0.1, claims[0].release).start()

            assert waiting.result(30) == 5 * MEBIBYTE

    def test_who_waits_is_held_to_the_deadline(self) -> None:
        with pytest.raises(RequestTimeoutError):
            reserved(_crowded().claim(), 5 * MEBIBYTE, Scope(0.1))

    def test_who_waits_hears_of_a_client_that_leaves(self) -> None:
        server, client = socket.socketpair()
        threading.Timer(0.1, client.close).start()

        with server, pytest.raises(ClientClosedRequestError):
            reserved(_crowded().claim(), 5 * MEBIBYTE, Scope(30, client_gone=watcher(server)))

    def test_what_hurries_does_not_wait(self) -> None:
        claim = _crowded().claim()

        claim.hurry()

        assert reserved(claim, 5 * MEBIBYTE) == 5 * MEBIBYTE


def _crowded() -> ByteBudget:
    budget = ByteBudget(SMALL)
    for owner in "ab":
        reserved(budget.claim(owner), 5 * MEBIBYTE)
    return budget
