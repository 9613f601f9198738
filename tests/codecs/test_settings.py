import pytest

from imgsvc.codecs.settings import (
    FORMAT_QUALITY,
    FORMATS,
    DecodeSettings,
    EncodeSettings,
    FormatSettings,
    JpegEncoder,
    decode_cautions,
    encode_cautions,
)
from imgsvc.options.formats import Format


def test_formats_are_kept_in_the_order_given() -> None:
    assert FORMATS.parse("webp, jpg") == (Format.WEBP, Format.JPEG)


@pytest.mark.parametrize("text", ["webp,", "eps", "WEBP"])
def test_an_unknown_format_is_a_mistake(text: str) -> None:
    with pytest.raises(ValueError, match="is not one of"):
        FORMATS.parse(text)


def test_qualities_are_laid_over_the_built_in_ones() -> None:
    qualities = FORMAT_QUALITY.parse("webp=50,jpg=60")

    assert (qualities[Format.WEBP], qualities[Format.JPEG]) == (50, 60)
    assert qualities[Format.AVIF] == EncodeSettings().format_quality[Format.AVIF]


@pytest.mark.parametrize("text", ["webp", "webp=0", "webp=101", "webp=x", "=50"])
def test_a_quality_is_from_1_to_100(text: str) -> None:
    with pytest.raises(ValueError):
        FORMAT_QUALITY.parse(text)


def test_what_is_shown_is_read_back() -> None:
    qualities = EncodeSettings().format_quality

    assert FORMAT_QUALITY.parse(FORMAT_QUALITY.show(qualities)) == qualities
    assert FORMATS.show((Format.JPEG, Format.PNG)) == "jpeg,png"


def test_svg_is_sanitized_and_no_format_is_forced_unless_asked_otherwise() -> None:
    assert DecodeSettings().sanitize_svg
    assert not FormatSettings().enforce_webp


def test_pdf_without_its_package_is_cautioned_about() -> None:
    wanted = DecodeSettings(enable_pdf=True)

    assert ["pypdfium2" in each for each in decode_cautions(wanted, has_pdfium=False)] == [True]
    assert list(decode_cautions(wanted, has_pdfium=True)) == []
    assert list(decode_cautions(DecodeSettings(), has_pdfium=False)) == []


def test_jpegli_without_its_package_is_cautioned_about() -> None:
    wanted = EncodeSettings(jpeg_encoder=JpegEncoder.JPEGLI)

    assert ["ajpegli" in each for each in encode_cautions(wanted, has_jpegli=False)] == [True]
    assert list(encode_cautions(wanted, has_jpegli=True)) == []
    assert list(encode_cautions(EncodeSettings(), has_jpegli=False)) == []


def test_a_table_that_jpegli_does_not_obey_is_cautioned_about() -> None:
    wanted = EncodeSettings(jpeg_encoder=JpegEncoder.JPEGLI, jpeg_quant_table=3)

    assert ["JPEG_QUANT_TABLE" in each for each in encode_cautions(wanted, has_jpegli=True)] == [True]
