"""What is read is in tests/spec/url_options.toml; here is what is written."""

from hypothesis import given
from hypothesis import strategies as st

from imgsvc.options.color import Color
from imgsvc.options.processing import ProcessingOptions
from imgsvc.url.grammar import Context
from imgsvc.url.rows.appearance import BACKGROUND
from tests.strategies import colors

CONTEXT = Context(lambda: 0.0)


@given(st.none() | colors)
def test_a_background_that_is_written_is_read_again(color: Color | None) -> None:
    found = ProcessingOptions()

    for args in BACKGROUND.build(ProcessingOptions(background=color)):
        found = BACKGROUND.apply(args, found, CONTEXT)

    assert found.background == color


def test_black_is_a_background() -> None:
    assert BACKGROUND.build(ProcessingOptions(background=Color(0, 0, 0))) == [["000000"]]
