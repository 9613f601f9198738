from math import inf

from imgsvc.drill.client import Answer
from imgsvc.drill.figures import figures, percentile


def test_only_good_answers_count_for_the_times():
    found = figures([Answer(200, 0, 0.1), Answer(503, 0, 9.0)])

    assert (found.share, found.p95) == (0.5, 0.1)


def test_of_nothing_everything_was_good():
    assert figures([]).share == 1


def test_a_percentile_of_nothing_is_infinite():
    assert percentile([], 0.5) == inf


def test_a_percentile_is_one_of_the_values():
    assert percentile([1.0, 2.0, 3.0, 4.0], 0.95) == 4.0
