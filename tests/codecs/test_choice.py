from dataclasses import dataclass, replace

import pytest

from imgsvc.codecs.choice import is_skipped, result_format
from imgsvc.codecs.settings import FormatSettings
from imgsvc.errors import ResultFormatError
from imgsvc.options.color import WHITE
from imgsvc.options.formats import Format
from imgsvc.options.processing import Extend, Padding, ProcessingOptions

ALL = frozenset({Format.WEBP, Format.AVIF, Format.JXL})
DEFAULTS = FormatSettings()
ASKED = ProcessingOptions()


@dataclass(frozen=True)
class Source:
    format: Format
    has_alpha: bool = False


def asking_for(format_: Format) -> ProcessingOptions:
    return ProcessingOptions(format=format_)


def test_an_svg_is_passed_on_unless_another_format_is_asked_for() -> None:
    assert is_skipped(Source(Format.SVG), ASKED, DEFAULTS)
    assert not is_skipped(Source(Format.SVG), asking_for(Format.PNG), DEFAULTS)


def test_an_svg_is_drawn_where_always_rasterize_says_so() -> None:
    settings = FormatSettings(always_rasterize_svg=True)

    assert not is_skipped(Source(Format.SVG), ASKED, settings)
    assert is_skipped(Source(Format.SVG), asking_for(Format.SVG), settings)


def test_an_svg_in_the_skip_list_is_not_drawn_even_then() -> None:
    settings = FormatSettings(always_rasterize_svg=True, skip_processing_formats=(Format.SVG,))

    assert is_skipped(Source(Format.SVG), ASKED, settings)


@pytest.mark.parametrize(
    ("asked", "skipped"),
    [
        pytest.param(None, True, id="no format"),
        pytest.param(Format.GIF, True, id="the same format"),
        pytest.param(Format.PNG, False, id="another format"),
    ],
)
def test_a_listed_format_is_skipped_unless_another_is_asked_for(asked: Format | None, skipped: bool) -> None:
    options = ProcessingOptions(format=asked, skip_processing=(Format.GIF,))

    assert is_skipped(Source(Format.GIF), options, DEFAULTS) is skipped


def test_settings_and_url_add_up_to_one_skip_list() -> None:
    options = replace(ASKED, skip_processing=(Format.GIF,))
    settings = FormatSettings(skip_processing_formats=(Format.PNG,))

    assert all(is_skipped(Source(each), options, settings) for each in (Format.GIF, Format.PNG))


def test_nothing_but_svg_becomes_svg() -> None:
    with pytest.raises(ResultFormatError):
        result_format(Source(Format.PNG), asking_for(Format.SVG), DEFAULTS, ALL)


def test_a_requested_format_is_used_as_it_is() -> None:
    chosen = result_format(Source(Format.PNG), asking_for(Format.TIFF), FormatSettings(auto_webp=True), ALL)

    assert chosen is Format.TIFF


@pytest.mark.parametrize(
    ("settings", "animated", "chosen"),
    [
        pytest.param(FormatSettings(enforce_webp=True), False, Format.WEBP, id="webp"),
        pytest.param(FormatSettings(enforce_webp=True, enforce_avif=True), False, Format.AVIF, id="avif first"),
        pytest.param(FormatSettings(enforce_avif=True, enforce_jxl=True), False, Format.JXL, id="jxl before avif"),
        pytest.param(FormatSettings(enforce_avif=True, enforce_jxl=True), True, Format.PNG, id="neither is animated"),
        pytest.param(FormatSettings(enforce_webp=True, enforce_avif=True), True, Format.WEBP, id="webp is animated"),
    ],
)
def test_an_enforced_format_replaces_the_requested_one(
    settings: FormatSettings, animated: bool, chosen: Format
) -> None:
    assert result_format(Source(Format.JPEG), asking_for(Format.PNG), settings, ALL, is_animated=animated) is chosen


def test_nothing_is_enforced_on_a_client_that_does_not_accept_it() -> None:
    settings = FormatSettings(enforce_webp=True, enforce_avif=True)

    assert result_format(Source(Format.JPEG), asking_for(Format.PNG), settings, frozenset()) is Format.PNG


@pytest.mark.parametrize(
    "settings",
    [FormatSettings(auto_avif=True, auto_webp=True), FormatSettings(enforce_avif=True, auto_webp=True)],
    ids=["automatic", "enforced"],
)
def test_an_accepted_format_is_used_where_none_is_requested(settings: FormatSettings) -> None:
    assert result_format(Source(Format.JPEG), ASKED, settings, ALL) is Format.AVIF
    assert result_format(Source(Format.JPEG), ASKED, settings, frozenset({Format.WEBP})) is Format.WEBP


def test_an_animation_becomes_avif_only_where_avif_may_be_animated() -> None:
    settings, source = FormatSettings(auto_avif=True), Source(Format.GIF)

    assert result_format(source, ASKED, settings, ALL, is_animated=True) is Format.GIF
    assert result_format(source, ASKED, settings, ALL, is_animated=True, avif_animation=True) is Format.AVIF


@pytest.mark.parametrize(
    ("source", "animated", "chosen"),
    [
        pytest.param(Source(Format.PNG), False, Format.PNG, id="a preferred source stays"),
        pytest.param(Source(Format.WEBP), False, Format.JPEG, id="opaque"),
        pytest.param(Source(Format.WEBP, has_alpha=True), False, Format.PNG, id="transparent"),
        pytest.param(Source(Format.WEBP), True, Format.GIF, id="animated"),
    ],
)
def test_the_first_preferred_format_that_holds_the_image_is_used(
    source: Source, animated: bool, chosen: Format
) -> None:
    assert result_format(source, ASKED, DEFAULTS, frozenset(), is_animated=animated) is chosen


@pytest.mark.parametrize(
    ("options", "chosen"),
    [
        pytest.param(ProcessingOptions(padding=Padding(left=1)), Format.PNG, id="padding"),
        pytest.param(ProcessingOptions(extend=Extend(enabled=True)), Format.PNG, id="extend"),
        pytest.param(ProcessingOptions(extend_aspect_ratio=Extend(enabled=True)), Format.JPEG, id="not its ratio"),
        pytest.param(ProcessingOptions(padding=Padding(left=1), background=WHITE), Format.JPEG, id="on a background"),
    ],
)
def test_transparent_edges_ask_for_alpha(options: ProcessingOptions, chosen: Format) -> None:
    assert result_format(Source(Format.WEBP), options, DEFAULTS, frozenset()) is chosen


def test_the_first_preferred_format_is_used_where_none_holds_the_image() -> None:
    settings = FormatSettings(preferred_formats=(Format.JPEG,))

    assert result_format(Source(Format.WEBP, has_alpha=True), ASKED, settings, frozenset()) is Format.JPEG
