from dataclasses import fields

import pytest

from imgsvc.config import Config, from_environment, unknown_variables
from imgsvc.env import SettingsError


def test_an_empty_environment_gives_the_defaults() -> None:
    assert from_environment({}) == Config()


def test_the_mistakes_of_all_sections_are_reported_at_once() -> None:
    environ = {"IMGSVC_TTL": "soon", "IMGSVC_QUALITY": "101", "IMGPROXY_KEY": "xyz", "IMGSVC_PATH_PREFIX": "x"}

    with pytest.raises(SettingsError) as caught:
        from_environment(environ)

    assert {each.name for each in caught.value.mistakes} == set(environ)


def test_no_two_sections_share_a_setting() -> None:
    names = [each.name for section in fields(Config) for each in fields(section.type)]  # type: ignore[arg-type]

    assert len(names) == len(set(names))


def test_a_misspelled_setting_is_named_with_the_one_that_was_meant() -> None:
    [sentence] = unknown_variables({"IMGSVC_QUALTY": "80", "IMGPROXY_QUALITY": "80", "PATH": "/bin"})

    assert "IMGSVC_QUALTY" in sentence
    assert "did you mean IMGSVC_QUALITY" in sentence
