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


def test_what_is_asked_of_further_pipelines_is_told_with_their_numbers():
    second, third = ProcessingOptions(width=20, auto_rotate=True), ProcessingOptions(blur=3)

    found = told(ProcessingOptions(width=30, chained=(second, third)))

    assert found == {"resize": "fit:30", "2.resize": "fit:20", "3.blur": "3"}
