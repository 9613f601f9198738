from dataclasses import replace

import pytest

from imgsvc.codecs.jpeg.quantization import FULL_COLOR
from imgsvc.codecs.settings import EncodeSettings, JpegEncoder
from imgsvc.codecs.writing.wanted import asked, quality_for
from imgsvc.options.formats import Format
from imgsvc.options.geometry import ResizingAlgorithm, ScalingMethod
from imgsvc.options.processing import ProcessingOptions
from imgsvc.options.saving import JpegOptions

DEFAULTS = EncodeSettings()
PLAIN = ProcessingOptions()
FINE = ProcessingOptions(scaling=ScalingMethod.FINE)


@pytest.mark.parametrize(
    ("options", "settings", "quality"),
    [
        pytest.param(PLAIN, DEFAULTS, 80, id="the settings'"),
        pytest.param(PLAIN, EncodeSettings(format_quality={Format.JPEG: 70}), 70, id="the settings' for the format"),
        pytest.param(ProcessingOptions(format_quality={Format.JPEG: 60}), DEFAULTS, 60, id="the URL's for the format"),
        pytest.param(ProcessingOptions(quality=50, format_quality={Format.JPEG: 60}), DEFAULTS, 50, id="the URL's"),
        pytest.param(ProcessingOptions(format_quality={Format.JPEG: 0}), DEFAULTS, 80, id="zero is none"),
    ],
)
def test_the_nearest_quality_counts(options: ProcessingOptions, settings: EncodeSettings, quality: int) -> None:
    assert quality_for(Format.JPEG, options, settings) == quality


@pytest.mark.parametrize(
    ("options", "settings", "table"),
    [
        pytest.param(PLAIN, DEFAULTS, None, id="the standard's"),
        pytest.param(FINE, DEFAULTS, FULL_COLOR, id="what is scaled finely: ours"),
        pytest.param(FINE, EncodeSettings(jpeg_quant_table=0), 0, id="a setting comes first, the standard's too"),
        pytest.param(FINE, EncodeSettings(jpeg_quant_table=3), 3, id="a setting comes first"),
        pytest.param(replace(FINE, jpeg_options=JpegOptions(quant_table=0)), DEFAULTS, 0, id="and the URL's before it"),
        pytest.param(
            replace(FINE, jpeg_options=JpegOptions(progressive=True)), DEFAULTS, FULL_COLOR, id="the URL names no table"
        ),
        pytest.param(
            replace(FINE, resizing_algorithm=ResizingAlgorithm.LINEAR), DEFAULTS, None, id="a kernel that is named"
        ),
        pytest.param(ProcessingOptions(chained=(FINE,)), DEFAULTS, FULL_COLOR, id="finely in a later pipeline"),
        pytest.param(FINE, EncodeSettings(jpeg_encoder=JpegEncoder.JPEGLI), None, id="jpegli has its own"),
    ],
)
def test_a_jpeg_that_is_scaled_finely_is_written_by_our_own_table(
    options: ProcessingOptions, settings: EncodeSettings, table: int | None
) -> None:
    assert asked(Format.JPEG, options, settings, has_jpegli=True).jpeg_quant_table == table


def test_where_jpegli_is_not_there_libjpeg_turbo_has_our_own_table() -> None:
    settings = EncodeSettings(jpeg_encoder=JpegEncoder.JPEGLI)

    assert asked(Format.JPEG, FINE, settings, has_jpegli=False).jpeg_quant_table == FULL_COLOR


def test_the_jpeg_in_a_pdf_is_written_as_any_other() -> None:
    assert asked(Format.PDF, FINE, DEFAULTS, has_jpegli=True).jpeg_quant_table == FULL_COLOR


@pytest.mark.parametrize("format_", [Format.PNG, Format.WEBP, Format.AVIF])
def test_another_format_is_written_by_the_settings(format_: Format) -> None:
    assert asked(format_, FINE, DEFAULTS, has_jpegli=True) is DEFAULTS
