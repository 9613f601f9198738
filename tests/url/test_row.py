import pytest

from imgsvc.errors import ArgumentError
from imgsvc.options.processing import ProcessingOptions
from imgsvc.url.arguments import NATURAL
from imgsvc.url.grammar import Context, one
from imgsvc.url.row import OptionRow, Table
from imgsvc.url.table import PRESET

WIDTH = OptionRow(("width", "w"), "pixels", one("width", NATURAL), "w:300", "Width.")


@pytest.mark.parametrize("args", [["x"], ["1", "2"]])
def test_a_refusal_says_which_option_what_it_takes_and_an_example(args: list[str]) -> None:
    with pytest.raises(ArgumentError, match=r"^width: .*; it takes pixels, as in w:300$"):
        WIDTH.apply(args, ProcessingOptions(), Context(lambda: 0.0))


def test_urls_are_built_with_the_shortest_name() -> None:
    assert WIDTH.shortest == "w"


def test_a_table_finds_a_row_by_any_of_its_names() -> None:
    table = Table((WIDTH,), PRESET)

    assert table.by_name == {"width": WIDTH, "w": WIDTH}
