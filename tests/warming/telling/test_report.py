import pytest

from imgsvc.warming.telling.report import duration, report, size
from imgsvc.warming.telling.summary import Summary
from imgsvc.warming.units import Outcome, Status


def test_the_report_says_what_was_made_and_what_failed_why():
    summary = Summary()
    summary.add(Outcome("a.png", Status.MADE, seconds=2, source_bytes=4000, made={"card": 1000}))
    summary.add(Outcome("b.txt", Status.FAILED, error="UnknownFormatError", says="a readme"))

    text = "\n".join(report(summary, 61))

    assert "1 made, 0 kept, 1 failed, 0 lost, in 1 min 1 s" in text
    assert "3.0 kB fewer than as many sources would be (75%)" in text
    assert "1 UnknownFormatError: b.txt\n         a readme\n" in text
    assert "2.00 s a.png" in text


def test_what_earlier_runs_did_is_not_left_out():
    text = "\n".join(report(Summary(), 0, {Status.MADE: 7, Status.FAILED: 2}))

    assert "9 by earlier runs, of which 2 failed" in text


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (2.5e15, "2.5 PB"), (1e19, "10000.0 PB")]
)
def test_sizes_are_read_at_a_glance(count, text):
    assert size(count) == text


@pytest.mark.parametrize(("seconds", "text"), [(0.04, "0.0 s"), (61, "1 min 1 s"), (7260, "2 h 1 min")])
def test_so_are_durations(seconds, text):
    assert duration(seconds) == text
