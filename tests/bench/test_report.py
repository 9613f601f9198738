from io import StringIO

from rich.console import Console

from imgsvc.bench.measuring import Answers, Measured
from imgsvc.bench.report import report

ANSWERS = Answers(count=50, cpu_seconds=0.02, sending_seconds=0.001, seconds=0.025, worker_bytes=80 << 20)
STAGES = {"fetch": 0.001, "decode": 0.01, "crop_to_result": 0.004, "blur": 0.00001, "encode": 0.002}


def shown(**changes):
    found = Measured(
        "a.jpg", "jpeg 9x9, 10 bytes", "webp 3x3, 5 bytes", **({"stages": STAGES, "answers": ANSWERS} | changes)
    )
    console = Console(width=120, record=True, file=StringIO())
    console.print(report([found]))
    return console.export_text()


def rows(text):
    return {line[:16].strip(): line[16:].split()[:2] for line in text.splitlines()[2:-2]}


def test_every_stage_has_its_time_and_its_share():
    assert rows(shown())["decode"] == ["10.00", "50%"]


def test_names_of_steps_are_words():
    assert "crop to result" in rows(shown())


def test_a_step_that_takes_next_to_nothing_has_no_row():
    assert "blur" not in shown()


def test_what_is_in_no_stage_is_the_servers():
    found = rows(shown())

    assert found["send"] == ["1.00", "5%"]
    assert found["server"] == ["1.99", "10%"]


def test_the_last_line_sizes_a_machine():
    assert "A core makes 50 of these a second" in shown()
    assert "80 MB" in shown()


def test_a_result_that_took_no_measurable_time_is_no_error():
    nothing = Answers(count=3, cpu_seconds=0.0, sending_seconds=0.0, seconds=0.0, worker_bytes=0)

    assert "answer" in shown(stages={}, answers=nothing)
