import io

from rich.console import Console

from imgsvc.live.top import view
from tests.live.statuses import fetch, status, worker


def printed(*arguments) -> str:
    page = io.StringIO()
    Console(file=page, width=180).print(view(*arguments))
    return page.getvalue()


def test_a_worker_is_a_line_with_its_stage_age_and_origin():
    line = printed(status(worker())).splitlines()[-1]

    assert all(part in line for part in ("fetch", "1.5 s", "https://origin.example", "an-id", "+8.0 s left"))


def test_a_stopped_worker_is_said_to_be():
    assert "fetch (stopped)" in printed(status(worker(runs=False)))


def test_what_costs_readiness_is_shown():
    text = printed(status(worker(), ready=False, reasons=["all 2 workers are pinned"]))

    assert "NOT READY" in text
    assert "all 2 workers are pinned" in text


def test_rates_are_those_since_the_last_look():
    later = status(now_seconds=102.0, counters={"requests": 70}, statuses={"200": 56, "503": 10})
    line = printed(later, status()).splitlines()[1]

    assert line == "10.0 requests/s  200: 8.0/s"


def test_who_waits_is_counted_with_his_age():
    assert "waiting 4, the oldest 0.5 s" in printed(status())


def test_an_accept_queue_that_is_not_known_is_said_not_to_be():
    assert "waiting 0 and those not accepted" in printed(status(queue=0, accept_queue=None))


def test_what_a_worker_has_in_hand_stands_in_its_line():
    hands = worker(waiting=61, fetching=62, ready=63, held_bytes=64 << 20)
    line = next(line for line in printed(status(hands)).splitlines() if "an-id" in line)

    assert line.split("an-id")[1].split()[:4] == ["61", "62", "63", "64"]


def test_what_is_fetched_is_a_line_for_each_origin_with_the_oldest_the_longest_first():
    quick = fetch(seconds=0.1, origin="https://quick.example")
    text = printed(status(worker(fetches=[fetch(), fetch(seconds=1.0)]), worker(number=1, fetches=[fetch(), quick])))

    assert [line.split() for line in text.splitlines()[-2:]] == [
        ["3", "https://slow.example", "2", "4.0", "s", "0", "fetched-id"],
        ["1", "https://quick.example", "1", "0.1", "s", "1", "fetched-id"],
    ]


def test_of_many_origins_the_ten_longest_are_shown():
    fetches = [fetch(seconds=12 - number, origin=f"https://{number}.example") for number in range(12)]
    text = printed(status(worker(fetches=fetches)))

    assert "https://9.example" in text
    assert "https://10.example" not in text
    assert "and 2 more origins" in text


def test_fetch_threads_that_are_lost_are_told():
    assert "worker 10 has lost 3 fetch threads" in printed(status(worker(lost_fetch_threads=3)))
