"""Twin of imgsvc/url/rows/unserved.py; what they read is in tests/spec/url_options.toml."""

import pytest

from imgsvc.options.processing import ProcessingOptions
from imgsvc.url.grammar import Context
from imgsvc.url.row import OptionRow
from imgsvc.url.rows.unserved import NOTICE, UNSERVED

every_row = pytest.mark.parametrize("row", UNSERVED, ids=lambda row: row.names[0])


@every_row
def test_what_cannot_be_done_here_is_said_at_the_start_and_changes_nothing(row: OptionRow) -> None:
    said: list[str] = []
    options = ProcessingOptions(width=7)

    found = row.apply(row.example.split(":")[1:], options, Context(lambda: 0.0, warn=said.append))

    assert found is options
    assert len(said) == 1
    assert row.names[0] in said[0]
    assert row.names[0] in NOTICE


@every_row
def test_it_is_in_no_url_that_is_built(row: OptionRow) -> None:
    assert row.build(ProcessingOptions()) == []
