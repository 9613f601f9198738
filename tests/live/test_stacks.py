from imgsvc.live.stacks import shown

STACK = """Thread 0x1 (most recent call first):
  File "/usr/lib/python3.11/threading.py", line 1 in wait

Current thread 0x2 (most recent call first):
  File "/srv/imgsvc/codecs/decode.py", line 7 in decode
  File "/srv/.venv/lib/python3.11/site-packages/falcon/app.py", line 8 in __call__
  File "/srv/.venv/lib/python3.11/site-packages/gunicorn/workers/base.py", line 9 in init_process
  File "/srv/.venv/lib/python3.11/site-packages/gunicorn/arbiter.py", line 10 in run"""


def test_the_main_thread_is_shown_innermost_first_and_without_the_start():
    lines = list(shown({"10": STACK}, {"10": "decode for 3.0 s"}, is_whole=False))

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
