import pytest

from imgsvc.info.settings import InfoSettings
from imgsvc.settings.env import Mistake, load
from imgsvc.url.settings import UrlSettings


def loaded(**environ: str) -> InfoSettings:
    mistakes: list[Mistake] = []
    found = load(InfoSettings, environ, mistakes)
    assert mistakes == []
    return found


def test_what_is_asked_has_presets_and_an_allow_list_of_its_own() -> None:
    pictures = UrlSettings(presets="thumb=w:1", allowed_processing_options=("w",), path_prefix="/p")
    found = InfoSettings(info_presets="all=exif:1", allowed_info_options=("exif",)).of_urls(pictures)

    assert (found.presets, found.allowed_processing_options, found.path_prefix) == ("all=exif:1", ("exif",), "/p")


@pytest.mark.parametrize(
    ("pictures", "own", "holds"), [("1", "", True), ("0", "", False), ("1", "0", False), ("0", "1", True)]
)
def test_only_presets_counts_here_too_unless_it_is_said_otherwise(pictures: str, own: str, holds: bool) -> None:
    settings = loaded(IMGPROXY_INFO_ONLY_PRESETS=own)

    assert settings.of_urls(UrlSettings(only_presets=pictures == "1")).only_presets is holds


def test_imgproxy_s_names_are_understood() -> None:
    found = loaded(IMGPROXY_ALLOWED_INFO_OPTIONS="size,exif", IMGPROXY_INFO_PRESETS="a=exif:0")

    assert (found.allowed_info_options, found.info_presets) == (("size", "exif"), "a=exif:0")


def test_positions_are_not_told_by_themselves() -> None:
    assert not InfoSettings().info_positions
