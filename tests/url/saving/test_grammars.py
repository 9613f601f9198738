import logging

import pytest

from imgsvc.options.processing import ProcessingOptions
from imgsvc.options.saving import AvifOptions, AvifSubsample, JpegOptions, PngOptions, WebpOptions, WebpPreset
from imgsvc.url.grammar import Context, Grammar
from imgsvc.url.saving.grammars import AVIF_OPTIONS, JPEG_OPTIONS, PNG_OPTIONS, WEBP_OPTIONS
from tests.url.cases import parser


@pytest.mark.parametrize(
    ("grammar", "wanted", "written"),
    [
        (JPEG_OPTIONS, ProcessingOptions(jpeg_options=JpegOptions(quant_table=0)), ":::::0"),
        (JPEG_OPTIONS, ProcessingOptions(jpeg_options=JpegOptions(False)), "0"),
        (PNG_OPTIONS, ProcessingOptions(png_options=PngOptions(quantize=True)), ":1"),
        (WEBP_OPTIONS, ProcessingOptions(webp_options=WebpOptions(preset=WebpPreset.ICON)), "::icon"),
        (AVIF_OPTIONS, ProcessingOptions(avif_options=AvifOptions(AvifSubsample.OFF)), "off"),
    ],
)
def test_only_what_is_needed_is_written(grammar: Grammar, wanted: ProcessingOptions, written: str) -> None:
    assert [":".join(arguments) for arguments in grammar.build(wanted)] == [written]


@pytest.mark.parametrize("grammar", [JPEG_OPTIONS, PNG_OPTIONS, WEBP_OPTIONS, AVIF_OPTIONS])
def test_nothing_is_written_where_nothing_is_asked_for(grammar: Grammar) -> None:
    assert grammar.build(ProcessingOptions()) == []


def test_what_no_encoder_here_can_do_is_told_of() -> None:
    told: list[str] = []

    JPEG_OPTIONS.apply(["1", "1", "1"], ProcessingOptions(), Context(lambda: 0.0, warn=told.append))

    assert told == ["jpeg_options: trellis_quant does nothing here: no encoder for it is installed"]


def test_a_preset_that_asks_for_it_is_told_of_once_at_the_start(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        found = parser(presets="small=jpgo:1::1:::0").parse("pr:small/plain/local:///a.jpg")

    assert found.options.jpeg_options.progressive
    assert [each.getMessage().partition(":")[0] for each in caplog.records] == ["jpeg_options"]
