import pytest

from imgsvc.codecs.quality.wish import Wish, wish_for
from imgsvc.codecs.settings import EncodeSettings, encode_cautions
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from imgsvc.options.processing import ProcessingOptions
from imgsvc.options.saving import Autoquality, AutoqualityMethod

DSSIM, SIZE, NONE = AutoqualityMethod.DSSIM, AutoqualityMethod.SIZE, AutoqualityMethod.NONE
BY_SETTINGS = EncodeSettings(autoquality_method=DSSIM)
ANY_SIZE = Size(100, 100)


def wished(
    asked: Autoquality, settings: EncodeSettings = EncodeSettings(), format_: Format = Format.JPEG, quality: int = 0
) -> Wish | None:
    return wish_for(format_, ANY_SIZE, ProcessingOptions(autoquality=asked, quality=quality), settings)


def test_by_itself_no_quality_is_searched_for() -> None:
    assert wished(Autoquality()) is None


@pytest.mark.parametrize(
    ("asked", "format_", "found"),
    [
        (Autoquality(DSSIM), Format.JPEG, Wish(DSSIM, 0.02, 70, 80, 0.002)),
        (Autoquality(DSSIM), Format.AVIF, Wish(DSSIM, 0.02, 60, 65, 0.002)),
        (Autoquality(DSSIM, 0.0, 10, 90, 0.0), Format.WEBP, Wish(DSSIM, 0.0, 10, 90, 0.0)),
    ],
)
def test_what_a_url_does_not_say_the_settings_do(asked: Autoquality, format_: Format, found: Wish) -> None:
    assert wished(asked, format_=format_) == found


@pytest.mark.parametrize(
    ("asked", "lowest", "highest"),
    [(Autoquality(SIZE, 3000, 90), 90, 90), (Autoquality(SIZE, 3000, None, 60), 60, 60)],
)
def test_a_bound_of_the_url_goes_before_those_of_the_settings(asked: Autoquality, lowest: int, highest: int) -> None:
    found = wished(asked, format_=Format.WEBP)

    assert found
    assert (found.lowest, found.highest) == (lowest, highest)


def test_settings_that_leave_no_quality_are_told_of() -> None:
    settings = EncodeSettings(autoquality_min=90, autoquality_format_min={Format.AVIF: 70, Format.JXL: 75})

    told = list(encode_cautions(settings, has_jpegli=True))

    assert [word.strip(",") for sentence in told for word in sentence.split() if word.isupper()] == [
        *("AUTOQUALITY_MIN", "AUTOQUALITY_MAX", "AUTOQUALITY_FORMAT_MIN", "AUTOQUALITY_FORMAT_MAX")
    ]


def test_a_url_that_names_a_quality_is_not_searched_for_by_the_settings() -> None:
    assert wished(Autoquality(), BY_SETTINGS)
    assert wished(Autoquality(), BY_SETTINGS, quality=50) is None
    assert wished(Autoquality(DSSIM), BY_SETTINGS, quality=50)


def test_a_url_may_ask_for_none() -> None:
    assert wished(Autoquality(NONE), BY_SETTINGS) is None


@pytest.mark.parametrize("format_", [Format.PNG, Format.GIF, Format.BMP, Format.ICO, Format.TIFF])
def test_what_is_written_without_loss_has_no_quality(format_: Format) -> None:
    assert wished(Autoquality(DSSIM), format_=format_) is None


def test_large_results_are_left_out_where_the_settings_say_so() -> None:
    settings = EncodeSettings(autoquality_method=DSSIM, autoquality_max_resolution=9_999)

    assert wished(Autoquality(DSSIM), settings) is None
