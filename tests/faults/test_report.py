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


@pytest.mark.parametrize(("known", "found", "stands"), [
    (None, ("short", "passed"), "found"),
    (("full", "passed"), ("short", "passed"), "known"),
    (("full", "passed"), ("short", "skipped"), "known"),
    (("full", "passed"), ("short", "failed"), "found"),
    (("full", "failed"), ("full", "passed"), "found"),
    (("short", "passed"), ("short", "passed"), "found"),
])  # fmt: skip
def test_a_short_form_that_passed_is_not_put_in_place_of_a_full_one(known, found, stands):
    records = {"known": known and dict(zip(("form", "outcome"), known, strict=True))}
    records["found"] = dict(zip(("form", "outcome"), found, strict=True))

    assert report.newer(records["known"], records["found"]) is records[stands]
