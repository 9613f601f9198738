import json
import os
import threading
import time

from imgsvc.observer.pages.status import status
from imgsvc.runtime.board.layout import Gauge
from tests.observer.boards import watched


def test_a_worker_is_shown_with_what_it_does(tmp_path):
    monitor, slot = watched(tmp_path)
    slot.occupy(os.getpid())
    slot.idle()
    worker = status(monitor)["workers"][0]

    assert (worker["pid"], worker["state"], worker["runs"], worker["deadline_in_seconds"]) == (
        os.getpid(),
        "idle",
        True,
        None,
    )


def test_a_worker_s_fetches_are_shown_the_oldest_first(tmp_path):
    monitor, slot = watched(tmp_path)
    slot.occupy(os.getpid())
    for row, name in ((1, "old"), (0, "new")):
        slot.fetch_begins(row, f"{name}-id", f"https://{name}.example")
    fetches = status(monitor)["workers"][0]["fetches"]

    assert [(each["origin"], each["request_id"]) for each in fetches] == [
        ("https://old.example", "old-id"),
        ("https://new.example", "new-id"),
    ]
    assert {each["thread"] for each in fetches} == {f"{threading.get_ident():#018x}"}


def test_who_waits_in_a_worker_s_hands_is_in_the_queue(tmp_path):
    monitor, slot = watched(tmp_path)
    slot.occupy(os.getpid())
    slot.queued(time.monotonic() - 5)
    for gauge, count in ((Gauge.WAITING, 2), (Gauge.READY, 3), (Gauge.FETCHING, 4)):
        slot.gauge(gauge, count)
    found = status(monitor)

    assert (found["queue"], found["accept_queue"]) == (5, None)
    assert 5 <= found["queue_seconds"] < 60


def test_it_can_be_written_as_json(tmp_path):
    assert json.loads(json.dumps(status(watched(tmp_path)[0])))["wanted"] == 1
