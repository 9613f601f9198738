import logging
from typing import Any

import pytest

from imgsvc.settings.env import SettingsError
from imgsvc.url.info.rows import INFO
from imgsvc.url.presets import read_presets
from imgsvc.url.settings import UrlSettings


def read(presets: str = "", *lines: str, **settings: Any) -> dict[str, Any]:
    return dict(read_presets(UrlSettings(presets=presets, **settings), lines, lambda: 1000.0))


def test_a_definition_is_a_name_and_options() -> None:
    assert read("thumb=rs:fill:30:30/q:70") == {"thumb": (("rs", ("fill", "30", "30")), ("q", ("70",)))}


def test_spaces_around_definition_name_and_value_do_not_count() -> None:
    assert read(" a = w:1 , b=w:2") == {"a": (("w", ("1",)),), "b": (("w", ("2",)),)}


def test_blank_definitions_and_comments_do_not_count() -> None:
    assert read("a=w:1,,  ,#b=w:2", "", "# c=w:3") == {"a": (("w", ("1",)),)}


def test_a_later_definition_overrides() -> None:
    assert read("a=w:1,a=w:2", "a=w:3")["a"] == (("w", ("3",)),)


def test_both_separators_may_be_others() -> None:
    assert read("a=rt,fit;b=w,2", presets_separator=";", arguments_separator=",") == {
        "a": (("rt", ("fit",)),),
        "b": (("w", ("2",)),),
    }


@pytest.mark.parametrize(
    "definition",
    [
        pytest.param("resize:fit:1:1", id="no equals sign"),
        pytest.param("=w:1", id="no name"),
        pytest.param("a=", id="no options"),
        pytest.param("a=w:1=2", id="two equals signs"),
        pytest.param("a=w:1/blur", id="an option without arguments"),
        pytest.param("a=w:1//h:1", id="an empty option"),
        pytest.param("a=fade:1", id="an unknown option"),
        pytest.param("a=w:x", id="a bad argument"),
        pytest.param("a=pr:b", id="an unknown preset"),
        pytest.param("a=exp:999", id="an expiry in the past"),
        pytest.param("a=msr:1", id="a limit"),
    ],
)
def test_a_preset_that_cannot_work_stops_the_start(definition: str) -> None:
    with pytest.raises(SettingsError, match="PRESETS: expected"):
        read(definition)


def test_limits_may_be_allowed_in_presets() -> None:
    assert read("a=msr:1", allow_security_options=True)


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(SettingsError) as caught:
        read("a=w:x,b", "c=", "d=w:1")

    assert [(each.name, each.value) for each in caught.value.mistakes] == [
        ("PRESETS", "b"),
        ("PRESETS_PATH", "c="),
        ("PRESETS", "a"),
    ]


def test_a_loop_is_said_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        read("a=w:1/pr:b,b=pr:a")

    assert "preset 'a' names itself again, by way of a > b: left out" in caplog.messages


def test_presets_of_another_route_are_named_by_its_settings() -> None:
    with pytest.raises(SettingsError) as caught:
        read_presets(UrlSettings(presets="a=w:1"), (), lambda: 0.0, INFO)

    assert [each.name for each in caught.value.mistakes] == ["INFO_PRESETS"]
