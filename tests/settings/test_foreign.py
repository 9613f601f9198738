"""imgproxy's variables: each is a setting, or named with the reason why it does nothing."""

import re
from pathlib import Path

import pytest

from imgsvc.config import known_variables
from imgsvc.settings.foreign import FOREIGN, Foreign, find, set_ones

SPEC = Path(__file__).parents[3] / "shared" / "spec" / "config.md"
every_row = pytest.mark.parametrize("row", FOREIGN, ids=lambda row: row.names)


def variables_of_imgproxy() -> set[str]:
    """What its reference names, but for the beginnings of names."""
    return set(re.findall(r"`([A-Z][A-Z0-9_]+_[A-Z0-9_]*[A-Z0-9])`", SPEC.read_text("utf-8"))) | {"PORT"}


@pytest.mark.skipif(not SPEC.exists(), reason=f"{SPEC} is not here")
def test_every_variable_of_imgproxy_is_a_setting_or_said_to_do_nothing() -> None:
    names = variables_of_imgproxy()

    assert len(names) > 300
    assert sorted(name for name in names - known_variables() if not find(name)) == []


def test_no_setting_is_said_to_do_nothing() -> None:
    assert sorted(name for name in known_variables() if find(name)) == []


@every_row
def test_a_row_says_why(row: Foreign) -> None:
    assert row.reason
    assert not row.reason.endswith(".")
    assert row.instead or not row.is_fatal


@every_row
def test_a_setting_that_serves_instead_is_one(row: Foreign) -> None:
    named = [name for name in re.findall(r"\b[A-Z][A-Z_]+[A-Z]\b", row.instead) if name not in ("CDN", "JSON", "URL")]

    assert [name for name in named if f"IMGSVC_{name}" not in known_variables()] == []


@every_row
def test_no_row_is_hidden_behind_an_earlier_one(row: Foreign) -> None:
    samples = [name.replace("*", "ANYTHING") for name in row.variables()]

    assert [name for name in samples if find(name) != row] == []


def test_our_prefix_does_not_make_it_work() -> None:
    assert set(set_ones({"IMGSVC_PPROF_BIND": ":1", "IMGPROXY_MALLOC": "je"})) == {
        "IMGSVC_PPROF_BIND",
        "IMGPROXY_MALLOC",
    }


@pytest.mark.parametrize("value", [" ", "false", "0", "F"])
def test_what_is_blank_or_off_asks_for_nothing(value: str) -> None:
    assert set_ones({"IMGPROXY_VIPS_LEAK_CHECK": value, "IMGPROXY_ENABLE_VIDEO_THUMBNAILS": value}) == {}


def test_a_plain_name_has_no_prefix() -> None:
    assert find("DD_SERVICE")
    assert not find("IMGPROXY_DD_SERVICE")
    assert not find("PPROF_BIND")


def test_of_a_fetched_secret_only_what_names_it_ends_the_start() -> None:
    rows = set_ones({"IMGPROXY_ENV_AWS_SECRET_ID": "arn", "IMGPROXY_ENV_AWS_SECRET_REGION": "eu-west-1"})

    assert [row.is_fatal for row in rows.values()] == [True, False]
