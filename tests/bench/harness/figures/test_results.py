import pytest

from bench.figures.results import Process, middle, ratio
from bench.figures.tables import number, tables
from tests.bench.harness.figures.made import results, slice_of


def test_a_ratio_is_that_within_each_round():
    """The machine was half as fast in the second round, and hit both alike."""
    ours = [slice_of("imgsvc", 0, 300), slice_of("imgsvc", 1, 150)]
    theirs = [slice_of("imgproxy", 0, 200), slice_of("imgproxy", 1, 100)]

    assert ratio(ours, theirs, lambda each: each.rate) == 1.5


def test_a_round_that_only_one_has_does_not_count():
    assert ratio([slice_of("imgsvc", 0, 300)], [slice_of("imgproxy", 1, 100)], lambda each: each.rate) is None


def test_the_middle_of_nothing_is_nothing():
    assert middle([]) is None


def test_wrong_answers_are_no_answers():
    assert slice_of("imgsvc", 0, 100, wrong=40).rate == 30


def test_cpu_is_told_for_an_answer():
    assert slice_of("imgsvc", 0, 100, cpu_seconds=2.0).cpu_ms == 20


@pytest.mark.parametrize(("servers", "base"), [(("imgsvc", "imgproxy"), "imgproxy"), (("imgsvc", "ipx"), "imgsvc")])
def test_without_imgproxy_ratios_are_to_the_first(servers, base):
    assert results(servers=servers).baseline == base


def test_tables_hold_every_server_and_ratios_first():
    found = results(slice_of("imgsvc", 0, 300), slice_of("imgproxy", 0, 200))
    found.processes.append(Process("imgsvc", "0.1.0", idle_bytes=100 << 20, start_seconds=0.5))
    found.faults["J4", "imgsvc"] = "status 500"

    rates, table = next(iter(tables(found, is_markdown=True)))
    cells = [list(column.cells) for column in table.columns]

    assert rates.startswith("Answers a second")
    assert cells == [["J1", "J4"], ["[bold green]×1.50[/bold green] 150", "wrong answer"], ["100", ""]]


@pytest.mark.parametrize(("value", "shown"), [(123.4, "123"), (12.34, "12.3"), (1.234, "1.23")])
def test_a_number_has_three_digits_that_count(value, shown):
    assert number(value) == shown
