import pytest

from bench.figures.bars import FEW, MANY
from bench.figures.sections import against_section, answers_section, origins_section
from tests.bench.harness.figures.made import results, slice_of

SERVERS = ("imgsvc", FEW, MANY)


def cells(lines, first):
    """Of the row that begins with it."""
    return next([cell.strip() for cell in line.split("|")[1:-1]] for line in lines if line.startswith(f"| {first} |"))


@pytest.mark.parametrize(("ours", "wrong", "reached"), [(800, 0, "yes"), (700, 0, "no"), (800, 5, "no")])
def test_a_bar_is_reached_by_the_ratio_and_by_refusing_nobody(ours, wrong, reached):
    found = results(
        slice_of("imgsvc", 0, ours + wrong, wrong=wrong, task="S2"),
        slice_of(MANY, 0, 600, task="S2"),
        servers=SERVERS,
    )

    assert cells(list(origins_section(found)), f"S2 | {MANY}")[2:] == [
        *("×1.25", f"×{ours / 600:.2f} ({ours / 600:.2f} to {ours / 600:.2f})", str(wrong), reached)
    ]


@pytest.mark.parametrize(("ours", "reached"), [(300, "yes"), (299, "no")])
def test_answers_at_quick_origins_are_held_to_what_is_wanted(ours, reached):
    found = results(slice_of("imgsvc", 0, ours, task="J3"), slice_of(FEW, 0, 200, task="J3"))

    assert cells(list(answers_section(found)), f"J3 | {FEW} | ×1.5")[5] == reached


def test_refused_answers_stand_beside_the_good_ones():
    found = results(slice_of("imgsvc", 0, 100, wrong=60, task="S1"), servers=SERVERS)

    assert cells(list(origins_section(found)), "S1 | 200 ms | 8 | imgsvc")[4:6] == ["20.0", "30.0"]


def test_a_build_is_held_to_the_answers_of_the_one_before_within_each_round():
    """The machine was half as fast in the second round, and hit both alike."""
    ours = [slice_of("imgsvc", 0, 190), slice_of("imgsvc", 1, 95)]
    theirs = [slice_of("c1f2e45", 0, 200), slice_of("c1f2e45", 1, 100)]
    found = results(*ours, *theirs, servers=("imgsvc", "c1f2e45"), base="c1f2e45")

    assert cells(list(against_section(found)), "J1")[4:7] == ["×0.95 (0.95 to 0.95)", "×0.97", "no"]


def test_a_latency_is_held_to_its_difference():
    found = results(
        slice_of("imgsvc", 0, 100, task="L1", p50_ms=3.4, p95_ms=6.5),
        slice_of("c1f2e45", 0, 100, task="L1", p50_ms=3.0, p95_ms=4.0),
        servers=("imgsvc", "c1f2e45"),
        base="c1f2e45",
    )
    lines = list(against_section(found))

    assert cells(lines, "50 of 100")[3:] == ["0.40 (0.40 to 0.40)", "at most 1", "yes"]
    assert cells(lines, "95 of 100")[3:] == ["2.50 (2.50 to 2.50)", "at most 1", "no"]
