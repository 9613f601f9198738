from imgsvc.bench.choices import choices
from imgsvc.options.formats import Format
from imgsvc.options.geometry import ScalingMethod


def test_what_the_settings_make_of_a_format_comes_first():
    found = list(choices([Format.JPEG, Format.WEBP], [80], has_jpegli=True))

    assert found[0].is_own
    assert found[0].options == ""
    assert [each.format for each in found if each.is_own] == [Format.JPEG, Format.WEBP]


def test_every_quality_is_scaled_in_both_ways():
    found = [
        (each.scaling, each.quality) for each in choices([Format.WEBP], [60, 80], has_jpegli=True) if not each.is_own
    ]

    assert found == [(scaling, quality) for scaling in ScalingMethod for quality in (60, 80)]


def test_what_is_compared_is_asked_for_in_the_url():
    assert "sc:fine/jpgo::::::9/q:70" in [each.options for each in choices([Format.JPEG], [70], has_jpegli=True)]


def test_a_format_without_qualities_has_a_row_for_each_scaling():
    assert [each.options for each in choices([Format.PNG], [60, 80], has_jpegli=True)] == ["", "sc:imgproxy", "sc:fine"]


def test_an_encoder_that_is_not_there_is_not_compared():
    found = {has: {each.encoder for each in choices([Format.JPEG], [80], has_jpegli=has)} for has in (True, False)}

    assert found[True] - found[False] == {"JPEG_ENCODER=jpegli"}
