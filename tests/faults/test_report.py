"""The page of the faults and the tests of its rows belong together."""

import re
from pathlib import Path

import pytest

from tests.faults import report
from tests.faults.rows import ROWS

TESTS = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))


def test_no_number_stands_twice():
    numbers = [row.number for row in ROWS]

    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_row_has_a_test_of_its_name(row):
    assert re.search(rf"def test_(f\d\d_)*{row.name.lower()}_", TESTS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_row_says_what_is_done_and_what_is_promised(row):
    assert row.injected
    assert row.promised


def test_the_page_is_made_of_what_was_measured():
    assert report.main([]) == 0
