"""What is read is in tests/spec/url_options.toml; here is what is written."""

import pytest
from hypothesis import given

from imgsvc.errors import ArgumentError
from imgsvc.options.geometry import GravityType
from imgsvc.options.processing import ProcessingOptions, WatermarkOptions
from imgsvc.url.arguments import encoded_base64
from imgsvc.url.grammar import Context
from imgsvc.url.rows.watermark import WATERMARKS
from imgsvc.url.table import BY_NAME
from tests.strategies import watermarks

CONTEXT = Context(lambda: 0.0)
WATERMARK = WATERMARKS[0].grammar


@given(watermarks)
def test_a_watermark_that_is_written_is_read_again(mark: WatermarkOptions) -> None:
    found = ProcessingOptions()

    for row in WATERMARKS:
        for args in row.build(ProcessingOptions(watermark=mark)):
            found = row.apply(args, found, CONTEXT)

    assert found.watermark == mark


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


@pytest.mark.parametrize(
    "markup", ["a & b", "<b>", "<script>x</script>", "<span onload='x'>x</span>", "<!--x-->", "\0"]
)
def test_the_operator_is_told_what_a_text_is_and_sees_one(markup: str) -> None:
    row = BY_NAME["wmt"]

    with pytest.raises(ArgumentError, match=rf"^watermark_text: .* is not markup .*, as in {row.example}$"):
        row.apply([encoded_base64(markup)], ProcessingOptions(), CONTEXT)
