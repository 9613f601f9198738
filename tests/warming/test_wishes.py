import pytest

from imgsvc.codecs.settings import FormatSettings
from imgsvc.errors import UnknownPresetError
from imgsvc.options.formats import Format
from imgsvc.url.parse import Parser
from imgsvc.url.settings import UrlSettings
from imgsvc.warming.wishes import accepted_by, browsers, read_wishes

WEBP, AVIF = frozenset({Format.WEBP}), frozenset({Format.WEBP, Format.AVIF})


def parser(**settings) -> Parser:
    return Parser(UrlSettings(presets="card=rs:fit:30:20", **settings), now=lambda: 0.0)


def test_a_preset_may_name_its_format():
    plain, webp = read_wishes(["card", "card@webp"], [], [], parser())

    assert (plain.options, plain.extension, webp.options, webp.extension) == ("pr:card", "", "pr:card", "webp")


def test_options_stand_as_in_a_url():
    (wish,) = read_wishes([], ["rs:fit:30:20/q:70@avif"], [], parser())

    assert (wish.name, wish.options, wish.extension) == ("rs:fit:30:20/q:70", "rs:fit:30:20/q:70", "avif")


@pytest.mark.parametrize(
    ("settings", "options"), [({"only_presets": True}, "card"), ({"arguments_separator": "_"}, "pr_card")]
)
def test_a_preset_is_asked_for_as_the_settings_have_urls(settings, options):
    name = "card=rs:fit:30:20" if settings.get("only_presets") else "card=rs_fit_30_20"
    made = Parser(UrlSettings(presets=name, **settings), now=lambda: 0.0)

    assert read_wishes(["card"], [], [], made)[0].options == options


def test_a_preset_that_there_is_not_is_an_error_before_anything_is_fetched():
    with pytest.raises(UnknownPresetError):
        read_wishes(["cart"], [], [], parser())


def test_each_set_of_accepted_formats_is_a_wish_of_its_own_once():
    found = read_wishes(["card", "card"], [], [frozenset(), WEBP, WEBP], parser())

    assert [each.accepted for each in found] == [frozenset(), WEBP]


def test_browsers_that_take_a_later_format_take_the_earlier_ones():
    assert list(browsers(FormatSettings(auto_webp=True, enforce_avif=True))) == [frozenset(), WEBP, AVIF]
    assert list(browsers(FormatSettings(auto_avif=True))) == [frozenset(), frozenset({Format.AVIF})]


@pytest.mark.parametrize("text", ["avif,webp", "image/avif,image/webp,*/*;q=0.8"])
def test_what_is_accepted_is_named_or_a_client_s_own_header(text):
    assert accepted_by(text) == AVIF


def test_nothing_is_accepted_by_an_empty_header():
    assert accepted_by("") == frozenset()
