from imgsvc.drill.figures import Figures
from imgsvc.drill.outcome import Outcome

QUIET = Outcome("quiet", Figures(100, 100, 0.01, 0.02, 0.03))


def test_as_quick_as_when_quiet_is_a_kept_promise():
    assert QUIET.judged(QUIET).broken == ()


def test_good_clients_that_are_not_served_break_a_promise():
    outcome = Outcome("x", Figures(100, 90, 0.01, 0.02, 0.03)).judged(QUIET)

    assert outcome.broken == ("90.0% of good requests were answered, not 99%",)


def test_slow_answers_break_a_promise():
    assert "p95" in Outcome("x", Figures(100, 100, 0.5, 0.9, 1.0)).judged(QUIET).broken[0]


def test_work_that_was_leaked_may_be_waited_for():
    assert Outcome("x", Figures(100, 100, 0.5, 0.9, 1.0)).judged(QUIET, allowance_seconds=1).broken == ()


def test_a_lie_of_health_breaks_a_promise():
    assert Outcome("x", QUIET.figures, lies=("it lied",)).judged(QUIET).broken == ("it lied",)


def test_what_the_drill_s_own_load_slows_down_is_unclear_and_not_broken():
    outcome = Outcome("x", Figures(100, 90, 0.5, 0.9, 1.0), load="the pictures are costly").judged(QUIET)

    assert (outcome.broken, len(outcome.unclear)) == ((), 2)


def test_a_lie_of_health_is_one_under_any_load():
    assert Outcome("x", QUIET.figures, lies=("it lied",), load="much").judged(QUIET).broken == ("it lied",)
