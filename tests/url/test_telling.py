from imgsvc.options.formats import Format
from imgsvc.options.geometry import ResizingType
from imgsvc.options.processing import ProcessingOptions
from imgsvc.url.telling import told


def test_options_have_their_canonical_names():
    found = told(ProcessingOptions(resizing_type=ResizingType.FILL, width=300, height=200, format=Format.WEBP))

    assert found == {"resize": "fill:300:200", "format": "webp"}


def test_what_nobody_asked_for_is_not_told():
    assert told(ProcessingOptions()) == {}


def test_what_the_settings_decided_is_told_where_it_is_not_as_shipped():
    assert told(ProcessingOptions(auto_rotate=True, strip_metadata=False)) == {"strip_metadata": "0"}
