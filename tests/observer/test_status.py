import json
import os

from imgsvc.observer.status import status
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


def test_it_can_be_written_as_json(tmp_path):
    assert json.loads(json.dumps(status(watched(tmp_path)[0])))["wanted"] == 1
