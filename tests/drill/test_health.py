import asyncio

from imgsvc.drill.client import Answer
from imgsvc.drill.health import HealthWatch, Question, Statement, untruths
from tests.drill.servers import serving

SERVED = [Answer(200, moment, 0.01) for moment in range(20)]
FAILED = [Answer(0, moment, 5.0) for moment in range(20)]


def test_well_is_a_lie_while_nobody_is_served():
    assert list(untruths([Statement("/health", 10, True)], FAILED)) == ["/health said well while 0% were answered"]


def test_ill_is_a_lie_while_everybody_is_served():
    assert list(untruths([Statement("/ready", 10, False)], SERVED)) == ["/ready said ill while all were answered"]


def test_the_truth_is_no_lie():
    statements = [Statement("/health", 10, True)]

    assert list(untruths(statements, SERVED)) == []


def test_shedding_what_is_too_much_is_no_illness():
    shedding = [Answer(503 if moment % 4 else 200, moment, 0.01, may_retry=moment % 4 > 0) for moment in range(20)]

    assert list(untruths([Statement("/ready", 10, True)], shedding)) == []


def test_near_a_change_both_are_true():
    changing = [Answer(200 if moment < 10 else 0, moment, 0.01) for moment in range(20)]
    statements = [Statement("/ready", 10, True), Statement("/ready", 10, False)]

    assert list(untruths(statements, changing)) == []


def test_every_check_is_asked():
    async def session() -> set[tuple[str, bool]]:
        async with (
            serving() as target,
            HealthWatch([Question("a", target, "/a"), Question("b", target, "/b")]) as watch,
        ):
            await asyncio.sleep(0.3)
        return {(each.name, each.is_well) for each in watch.statements}

    assert asyncio.run(session()) == {("a", True), ("b", True)}
