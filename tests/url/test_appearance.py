"""What is read is in tests/spec/url_options.toml; here is what is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.options.color import Color
from imgsvc.options.geometry import GravityType
from imgsvc.options.processing import ProcessingOptions, WatermarkOptions
from imgsvc.url.appearance import BACKGROUND, WATERMARK
from imgsvc.url.grammar import Context
from tests.strategies import colors, watermarks

CONTEXT = Context(lambda: 0.0)


@given(watermarks)
def test_a_watermark_that_is_written_is_read_again(mark: WatermarkOptions) -> None:
    found = ProcessingOptions()

    for args in WATERMARK.build(ProcessingOptions(watermark=mark)):
        found = WATERMARK.apply(args, found, CONTEXT)

    assert found.watermark == mark


@given(st.none() | colors)
def test_a_background_that_is_written_is_read_again(color: Color | None) -> None:
    found = ProcessingOptions()

    for args in BACKGROUND.build(ProcessingOptions(background=color)):
        found = BACKGROUND.apply(args, found, CONTEXT)

    assert found.background == color


@pytest.mark.parametrize(
    ("mark", "args"),
    [
        (WatermarkOptions(0.5), ["0.5"]),
        (WatermarkOptions(0.5, GravityType.NORTH), ["0.5", "no"]),
        (WatermarkOptions(0.5, x=3), ["0.5", "ce", "3"]),
        (WatermarkOptions(0.5, scale=0.2), ["0.5", "ce", "0", "0", "0.2"]),
        (WatermarkOptions(y=3), ["0", "ce", "0", "3"]),
    ],
)
def test_only_what_a_watermark_needs_is_written(mark: WatermarkOptions, args: list[str]) -> None:
    assert WATERMARK.build(ProcessingOptions(watermark=mark)) == [args]


def test_black_is_a_background() -> None:
    assert BACKGROUND.build(ProcessingOptions(background=Color(0, 0, 0))) == [["000000"]]
