import io

from rich.console import Console

from imgsvc.warming.telling.progress import LINE_SECONDS, Bar, Lines, line, shown
from imgsvc.warming.telling.summary import Summary
from imgsvc.warming.units import Outcome, Status


def summary() -> Summary:
    found = Summary()
    found.add(Outcome("[bold]a", Status.MADE, source_bytes=2000, made={"card": 500}))
    return found


def test_a_line_has_the_rate_the_time_left_and_the_failures():
    assert line(summary(), 11, 2.0) == (
        "1 of 11: 1 made, 0 kept, 0 failed, 0 lost; 0.5 renditions/s, 2.0 kB in, 500 bytes out; 20 s left"
    )


def test_without_a_terminal_a_line_is_printed_now_and_then():
    times = iter([0.0, 1.0, LINE_SECONDS, LINE_SECONDS + 1])
    output = io.StringIO()
    with Lines(Console(file=output, width=40), None, lambda: next(times)) as lines:
        for _ in range(3):
            lines.show(summary())

    assert [each[:7] for each in output.getvalue().splitlines()] == ["1: 1 ma"]


def test_at_a_terminal_a_bar_is_drawn_and_taken_away():
    output = io.StringIO()
    console = Console(file=output, force_terminal=True, width=200)
    with shown(console, 11) as bar:
        bar.show(summary())

    assert isinstance(bar, Bar)
    assert "1 of 11" in output.getvalue()
