import pytest

from imgsvc.options.processing import ProcessingOptions
from imgsvc.url.grammar import Context
from imgsvc.url.row import OptionRow
from imgsvc.url.saving.rows import SAVING


@pytest.mark.parametrize("row", SAVING, ids=lambda row: row.names[0])
def test_every_example_asks_for_something(row: OptionRow) -> None:
    _, *arguments = row.example.split(":")

    assert row.apply(arguments, ProcessingOptions(), Context(lambda: 0.0)) != ProcessingOptions()
