from imgsvc.live.stacks import shown
from tests.live.statuses import fetch, worker

STACK = """Thread 0x1 (most recent call first):
  File "/usr/lib/python3.11/threading.py", line 1 in wait

Current thread 0x2 (most recent call first):
  File "/srv/imgsvc/codecs/decode.py", line 7 in decode
  File "/srv/.venv/lib/python3.11/site-packages/falcon/app.py", line 8 in __call__
  File "/srv/.venv/lib/python3.11/site-packages/gunicorn/workers/base.py", line 9 in init_process
  File "/srv/.venv/lib/python3.11/site-packages/gunicorn/arbiter.py", line 10 in run"""


def test_the_main_thread_is_shown_innermost_first_and_without_the_start():
    lines = list(
        shown({"10": STACK}, {"10": worker(state="decode", seconds=3.0, origin="", request_id="")}, is_whole=False)
    )

    assert [line.split() for line in lines] == [
        ["worker", "10:", "decode", "for", "3.0", "s"],
        ["decode", "imgsvc/codecs/decode.py:7"],
        ["__call__", "falcon/app.py:8"],
        [],
    ]


def test_all_threads_are_shown_as_they_were_written():
    assert any("threading.py" in line for line in shown({"10": STACK}, {}, is_whole=True))


def test_a_worker_without_a_stack_says_why():
    assert list(shown({"10": "does not run: stopped, or gone"}, {}, is_whole=False))[1] == (
        "  does not run: stopped, or gone"
    )


FETCHING = """Thread 0x00007f0000000002 (most recent call first):
  File "/srv/imgsvc/sources/budget.py", line 3 in wait
  File "/srv/imgsvc/runtime/fetching/fetch_threads.py", line 4 in _serve

Thread 0x00007f0000000001 (most recent call first):
  File "/srv/imgsvc/sources/budget.py", line 3 in wait
  File "/srv/imgsvc/runtime/fetching/fetch_threads.py", line 4 in _serve

Current thread 0x00007f0000000000 (most recent call first):
  File "/srv/imgsvc/runtime/workers/worker.py", line 5 in _rest"""


def fetches_of(*fetches):
    """What is shown below the main thread of a worker that is at these fetches."""
    return list(shown({"10": FETCHING}, {"10": worker(fetches=list(fetches))}, is_whole=False))[2:-1]


def test_a_fetch_is_named_and_shown_down_to_its_thread():
    assert [line.split() for line in fetches_of(fetch())] == [
        ["a", "fetch", "for", "4.0", "s", "https://slow.example", "fetched-id"],
        ["wait", "imgsvc/sources/budget.py:3"],
    ]


def test_fetches_that_are_in_the_same_place_are_shown_once():
    head, _ = fetches_of(fetch(), fetch(seconds=1.0, thread="0x00007f0000000002"))

    assert head == "  2 fetches, the oldest for 4.0 s (fetched-id): 2 of https://slow.example"


def test_a_fetch_that_is_over_meanwhile_is_not_shown():
    assert fetches_of(fetch(thread="0x00007f0000000009")) == []


def test_nor_is_one_whose_thread_is_idle_again():
    idle = FETCHING.replace('  File "/srv/imgsvc/sources/budget.py", line 3 in wait\n', "")

    assert len(list(shown({"10": idle}, {"10": worker(fetches=[fetch()])}, is_whole=False))) == 3


def test_a_main_thread_that_was_not_written_is_said_not_to_be():
    text = FETCHING.replace("Current thread", "Thread").rpartition("Thread")[0] + "..."
    lines = list(shown({"10": text}, {"10": worker()}, is_whole=False))

    assert "not among the hundred newest" in lines[1]
