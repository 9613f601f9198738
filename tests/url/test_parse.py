from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc import errors
from imgsvc.errors import SourceUnreachableError, UrlError
from imgsvc.options.formats import Format
from imgsvc.url.parse import Parsed, Parser
from imgsvc.url.path import split_path
from imgsvc.url.settings import UrlSettings
from tests.strategies import paths
from tests.url.cases import NOW, cases, parser

CASES = cases("url_paths.toml")
PARSERS = [
    parser(),
    parser(
        presets="default=q:5,thumb=w:1,sharp=sh:1",
        allow_security_options=True,
        allow_bypass_cache=True,
        base64_url_includes_filename=True,
    ),
    parser(presets="thumb=w:1,sharp=sh:1", only_presets=True, base_url="http://x/", url_replacements=(("a*", "$1"),)),
]


def _settings(case: dict[str, Any]) -> dict[str, Any]:
    return {
        name: tuple(map(tuple, value)) if name == "url_replacements" else value
        for name, value in case.get("settings", {}).items()
    }


@pytest.mark.parametrize("case", [each for each in CASES if "source" in each.values[0]])
def test_paths_mean_what_the_spec_says(case: dict[str, Any]) -> None:
    parsed = parser(**_settings(case)).parse(case["rest"])

    assert parsed.source.text == case["source"]
    assert (parsed.options.format.word if parsed.options.format else None) == case.get("format")


@pytest.mark.parametrize("case", [each for each in CASES if "refused" in each.values[0]])
def test_paths_are_refused_as_the_spec_says(case: dict[str, Any]) -> None:
    with pytest.raises(getattr(errors, case["refused"])):
        parser(**_settings(case)).parse(case["rest"])


@given(rest=paths(), reader=st.sampled_from(PARSERS))
def test_any_text_gives_options_or_a_url_error(rest: str, reader: Parser) -> None:
    with suppress(UrlError, SourceUnreachableError):
        assert isinstance(reader.parse(rest), Parsed)


@given(target=paths(), reader=st.sampled_from(PARSERS))
def test_any_target_gives_options_or_a_url_error(target: str, reader: Parser) -> None:
    with suppress(UrlError, SourceUnreachableError):
        assert isinstance(reader.parse(split_path(f"/_/{target}").rest), Parsed)


def test_the_lines_of_a_preset_file_come_after_the_setting() -> None:
    reader = Parser(UrlSettings(presets="a=f:png"), ("# web pictures", "", " a = f:webp "), now=lambda: NOW)

    assert reader.parse("pr:a/plain/x").options.format is Format.WEBP


def test_the_clock_is_read_at_each_url() -> None:
    now = 1.0
    reader = Parser(UrlSettings(), now=lambda: now)

    reader.parse("exp:50/plain/x")
    now = 100.0

    with pytest.raises(errors.ExpiredUrlError):
        reader.parse("exp:50/plain/x")


def test_only_the_url_errors_of_its_own_spelling_name_the_source() -> None:
    with pytest.raises(errors.SourceUrlError, match="needs `plain/` before it"):
        parser().parse("images/cat.jpg")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("pr:thumb/plain/x", True),
        ("pr:thumb/preset:sharp/plain/x@webp", True),
        ("plain/x", True),
        ("pr:thumb/w:1/plain/x", False),
        ("w:1/plain/x", False),
    ],
)
def test_a_path_that_names_presets_alone_is_told_from_others(path: str, expected: bool) -> None:
    assert parser(presets="thumb=w:1,sharp=sh:1").names_presets_alone(path) is expected


def test_where_there_are_presets_alone_each_does() -> None:
    assert parser(presets="thumb=w:1", only_presets=True).names_presets_alone("thumb/plain/x")
