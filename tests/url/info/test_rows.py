import pytest

from imgsvc.errors import ArgumentError, ExpiredUrlError, SecurityOptionError, SourceUrlError, UnknownOptionError
from imgsvc.options.info import Alpha, Blurhash, Exif, InfoOptions
from imgsvc.options.processing import ProcessingOptions
from imgsvc.settings.env import SettingsError
from imgsvc.url.info.rows import INFO, INFO_OPTIONS
from imgsvc.url.parse import Parser
from imgsvc.url.row import OptionRow
from imgsvc.url.settings import UrlSettings
from imgsvc.url.telling import told

SOURCE = "plain/local:///meadow.jpg"


def asked(options: str, settings: UrlSettings = UrlSettings()) -> ProcessingOptions:
    return Parser(settings, now=lambda: 100.0, table=INFO).parse(f"{options}/{SOURCE}".lstrip("/")).options


def test_a_url_without_options_asks_for_what_is_told_by_itself() -> None:
    assert asked("") == InfoOptions()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("exif:0", InfoOptions(exif=Exif(is_told=False))),
        ("exif:1:1", InfoOptions(exif=Exif(is_canonical=True))),
        ("s:0/f:0/d:0", InfoOptions(wants_size=False, wants_format=False, wants_dimensions=False)),
        ("a:1:1", InfoOptions(alpha=Alpha(is_told=True, checks_transparency=True))),
        ("b:1/cs:1/sf:1", InfoOptions(wants_bands=True, wants_colorspace=True, wants_sample_format=True)),
        ("bh:4:3", InfoOptions(blurhash=Blurhash(4, 3))),
        ("p:256", InfoOptions(palette=256)),
        ("chs:md5:sha256:md5", InfoOptions(calc_hashsums=("md5", "sha256"))),
        ("do:1/cl:5:cat/vts:3", InfoOptions()),
    ],
)
def test_an_option_means_what_is_asked(written: str, meant: InfoOptions) -> None:
    assert asked(written) == meant


@pytest.mark.parametrize(
    "written", ["p:1", "p:257", "bh:4", "bh:4:10", "bh:4:3:2", "chs:crc32", "iptc:1:1", "exif:1:1:1", "d:0:1"]
)
def test_an_argument_of_the_wrong_kind_is_refused(written: str) -> None:
    with pytest.raises(ArgumentError):
        asked(written)


@pytest.mark.parametrize("written", ["w:100", "rs:fit:10", "unheard:1", "blur:3"])
def test_an_option_of_pictures_is_none_here(written: str) -> None:
    with pytest.raises(UnknownOptionError):
        asked(written)


def test_a_limit_needs_to_be_allowed_as_for_pictures() -> None:
    with pytest.raises(SecurityOptionError):
        asked("msr:10")


def test_a_url_expires_as_that_of_a_picture_does() -> None:
    with pytest.raises(ExpiredUrlError):
        asked("exp:99")


def test_pipelines_are_not_chained_here() -> None:
    with pytest.raises(SourceUrlError):
        asked("s:0/-/f:0")
    with pytest.raises(SettingsError):
        asked("", UrlSettings(presets="a=s:0/-/f:0"))


@pytest.mark.parametrize("source", ["plain/local:///meadow.jpg@png", "bG9jYWw6Ly8vbWVhZG93LmpwZw.png"])
def test_no_format_may_be_asked_for(source: str) -> None:
    with pytest.raises(SourceUrlError):
        Parser(UrlSettings(), now=lambda: 0.0, table=INFO).parse(source)


@pytest.mark.parametrize("row", INFO_OPTIONS, ids=lambda row: row.names[0])
def test_the_example_of_a_row_is_one_of_its_uses(row: OptionRow) -> None:
    settings = UrlSettings(allow_security_options=True, presets="thumb=d:1,sharp=d:1")

    assert row.example.split(":")[0] in row.names
    assert isinstance(asked(row.example, settings), InfoOptions)


def test_a_name_belongs_to_one_row() -> None:
    names = [name for row in INFO_OPTIONS for name in row.names]

    assert len(names) == len(set(names))


def test_the_log_tells_what_was_asked_by_its_full_name() -> None:
    assert told(asked("bh:4:3/exif:0/c:10:20/chs:md5")) == {
        "blurhash": "4:3",
        "exif": "0",
        "crop": "10:20",
        "calc_hashsums": "md5",
    }
