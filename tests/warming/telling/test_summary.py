from imgsvc.warming.telling.summary import SHOWN_FAILURES, SLOWEST, Summary
from imgsvc.warming.units import Outcome, Status


def summary(*outcomes: Outcome) -> Summary:
    found = Summary()
    for each in outcomes:
        found.add(each)
    return found


def test_the_slowest_come_first_and_are_few():
    found = summary(*(Outcome(str(number), Status.MADE, seconds=number % 50) for number in range(100)))

    assert len(found.slowest) == SLOWEST
    assert found.slowest[:3] == [(49, "49"), (49, "99"), (48, "48")]


def test_failures_are_counted_by_cause_and_the_first_are_named():
    found = summary(*(Outcome(str(number), Status.FAILED, error="died") for number in range(SHOWN_FAILURES + 5)))

    assert (found.causes, len(found.failures)) == ({"died": SHOWN_FAILURES + 5}, SHOWN_FAILURES)


def test_what_is_told_as_json_has_every_end_that_there_is():
    told = summary(Outcome("a", Status.MADE, source_bytes=100, made={"card": 30})).told(1.26)

    assert {each: told[each] for each in ("made", "kept", "failed", "lost", "saved_bytes", "bytes", "seconds")} == {
        "made": 1, "kept": 0, "failed": 0, "lost": 0, "saved_bytes": 70, "bytes": {"card": 30}, "seconds": 1.3,
    }  # fmt: skip
