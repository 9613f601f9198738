import pytest

from imgsvc.codecs.settings import EncodeSettings
from imgsvc.codecs.writing.wanted import quality_for
from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions

DEFAULTS = EncodeSettings()
PLAIN = ProcessingOptions()


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
