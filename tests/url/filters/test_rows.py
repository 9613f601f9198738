import pytest

from imgsvc.options.processing import ProcessingOptions
from imgsvc.transforms.planning.filtering import asks_for_filters
from imgsvc.url.filters.rows import FILTERS
from imgsvc.url.grammar import Context
from imgsvc.url.row import OptionRow


@pytest.mark.parametrize("row", FILTERS, ids=lambda row: row.names[0])
def test_every_example_asks_for_something(row: OptionRow) -> None:
    _, *arguments = row.example.split(":")

    options = row.apply(arguments, ProcessingOptions(), Context(lambda: 0.0))
    assert asks_for_filters(options), "edit asks_for_filters in imgsvc/transforms/planning/filtering.py"
