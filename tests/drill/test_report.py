import io

from rich.console import Console

from imgsvc.drill.figures import Figures
from imgsvc.drill.outcome import Outcome
from imgsvc.drill.report import Report


def told(*outcomes: Outcome) -> str:
    page = io.StringIO()
    Report(Console(file=page, width=150)).table(outcomes)
    return page.getvalue()


def test_a_broken_promise_is_told_in_a_sentence():
    text = told(Outcome("silent", Figures(10, 1, 0.1, 0.2, 0.3), broken=("nobody was served",)))

    assert "broken  silent: nobody was served" in text


def test_what_is_unclear_is_told_with_the_reason():
    text = told(Outcome("silent", Figures(10, 1, 0.1, 0.2, 0.3), unclear=("p95 was 1 s",), load="it is costly"))

    assert "unclear silent: p95 was 1 s; but it is costly" in text


def test_a_scene_that_was_skipped_says_why():
    assert "not allowed" in told(Outcome("slow-origin", skipped="not allowed"))


def test_times_are_milliseconds_and_a_dash_where_there_are_none():
    text = told(Outcome("x", Figures(1, 1, 0.012, float("inf"), 0), capacity=7, is_health_known=True))

    assert text.splitlines()[3].replace("│", " ").split()[:6] == ["x", "100.0%", "12", "-", "7", "true"]


def test_a_scene_in_progress_is_named():
    page = io.StringIO()

    with Report(Console(file=page)).playing("silent", "nobody speaks"):
        pass

    assert page.getvalue() == "silent: nobody speaks\n"
