import io

from rich.console import Console

from imgsvc.live.top import view
from tests.live.statuses import status, worker


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


def test_a_queue_that_is_not_known_is_a_question():
    assert "waiting ?" in printed(status(queue=None))
