import contextlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.settings import env
from imgsvc.settings.env import Kind, Mistake, SettingsError, load, setting


def _five(text: str) -> str:
    if len(text) != 5:
        raise ValueError(text)
    return text


@dataclass(frozen=True, slots=True)
class Kettle:
    """Settings of something that the server does not have."""

    cups: int = setting(4, env.integer(1, 8), "How much.")
    name: str = setting("", env.STRING, "What it says on it.", keeps_empty=True)
    password: str = setting("", Kind("five letters", _five), "Who may.", secret=True)
    port: int = setting(0, env.integer(0), "Where.", plain_names=("PORT",))
    least: int = setting(0, env.integer(0), "Never less.")

    def __post_init__(self) -> None:
        if self.least > self.cups:
            raise ValueError("LEAST of at most CUPS")


def loaded(**variables: str) -> tuple[Kettle, list[Mistake]]:
    mistakes: list[Mistake] = []
    return load(Kettle, variables, mistakes), mistakes


def test_a_setting_that_is_not_in_the_environment_has_its_default() -> None:
    assert loaded() == (Kettle(), [])


def test_our_name_comes_before_imgproxys() -> None:
    kettle, _ = loaded(IMGPROXY_CUPS="2", IMGSVC_CUPS="3")

    assert kettle.cups == 3


def test_imgproxys_name_is_understood() -> None:
    assert loaded(IMGPROXY_CUPS="2")[0].cups == 2


def test_a_plain_name_comes_last() -> None:
    assert loaded(PORT="1")[0].port == 1
    assert loaded(PORT="1", IMGPROXY_PORT="2")[0].port == 2


def test_an_empty_value_is_as_good_as_none() -> None:
    assert loaded(IMGSVC_CUPS=" ", IMGPROXY_CUPS="2") == (Kettle(cups=2), [])


def test_an_empty_value_counts_where_empty_means_something() -> None:
    assert loaded(IMGSVC_NAME="", IMGPROXY_NAME="x")[0].name == ""


def test_every_mistake_is_reported_with_name_expected_form_and_value() -> None:
    _, mistakes = loaded(IMGSVC_CUPS="9", IMGPROXY_LEAST="x")

    assert [str(each) for each in mistakes] == [
        "IMGSVC_CUPS: expected an integer from 1 to 8, got '9'",
        "IMGPROXY_LEAST: expected an integer of 0 or more, got 'x'",
    ]


def test_a_secret_is_not_shown_in_its_mistake() -> None:
    _, [mistake] = loaded(IMGSVC_PASSWORD="hunter2")

    assert mistake.value == "***"


def test_settings_that_contradict_each_other_are_named_as_they_were_given() -> None:
    kettle, [mistake] = loaded(IMGPROXY_LEAST="5", IMGSVC_CUPS="3")

    assert kettle == Kettle()
    assert mistake == Mistake("IMGSVC_CUPS and IMGPROXY_LEAST", "LEAST of at most CUPS", "3 and 5")


def test_a_contradiction_is_not_reported_on_top_of_a_value_that_cannot_be_read() -> None:
    _, mistakes = loaded(IMGSVC_LEAST="5", IMGSVC_CUPS="many")

    assert [each.name for each in mistakes] == ["IMGSVC_CUPS"]


def test_an_error_lists_its_mistakes_one_a_line() -> None:
    error = SettingsError([Mistake("A", "x", "y"), Mistake("B", "x", "y")])

    assert str(error).splitlines() == ["A: expected x, got 'y'", "B: expected x, got 'y'"]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (env.BOOLEAN, "t", True),
        (env.BOOLEAN, "False", False),
        (env.integer(), "-12", -12),
        (env.decimal(0, 1), "0.5", 0.5),
        (env.megapixels(zero_allowed=True), "0", 0),
        (env.megapixels(zero_allowed=False), "16.8", 16_800_000),
        (env.choice("one", "two"), "TWO", "two"),
        (env.LIST, "a, b ,c", ("a", "b", "c")),
        (env.HEX_LIST, "6869,00", (b"hi", b"\0")),
        (env.DIRECTORY, "/", Path("/")),
        (env.FILE, __file__, Path(__file__)),
        (env.MOMENT, "2026-01-31T12:00:00Z", datetime(2026, 1, 31, 12, tzinfo=UTC)),
    ],
)
def test_a_kind_reads_its_form(kind: Kind[Any], text: str, value: object) -> None:
    assert kind.parse(text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (env.BOOLEAN, "yes"),
        (env.BOOLEAN, "tRUE"),
        (env.integer(), "1.0"),
        (env.integer(), "1_000"),
        (env.integer(), " 1"),
        (env.integer(), "\u0661"),
        (env.integer(1, 8), "0"),
        (env.integer(1, 8), "9"),
        (env.decimal(0, 1), "nan"),
        (env.decimal(0, 1), " 1"),
        (env.decimal(0, 10), "1_0"),
        (env.megapixels(zero_allowed=True), "1_0"),
        (env.HEX_LIST, "ab cd"),
        (env.decimal(0, 1, low_included=False), "0"),
        (env.megapixels(zero_allowed=False), "0"),
        (env.megapixels(zero_allowed=True), "-1"),
        (env.megapixels(zero_allowed=True), "inf"),
        (env.megapixels(zero_allowed=True), "nan"),
        (env.choice("one"), "two"),
        (env.HEX_LIST, "abc"),
        (env.FILE, "/"),
        (env.DIRECTORY, __file__),
        (env.MOMENT, "2026-01-31"),
        (env.MOMENT, "yesterday"),
    ],
)
def test_a_kind_refuses_every_other_form(kind: Kind[Any], text: str) -> None:
    with pytest.raises(ValueError):
        kind.parse(text)


KINDS = [env.BOOLEAN, env.LIST, env.HEX_LIST, env.FILE, env.MOMENT, env.integer(0, 9), env.decimal(0, 1)]


@given(st.sampled_from(KINDS), st.text())
def test_whatever_is_written_a_kind_answers_with_a_value_or_a_value_error(kind: Kind[Any], text: str) -> None:
    with contextlib.suppress(ValueError):
        kind.parse(text)


@given(st.lists(st.text("abc", min_size=1), min_size=1))
def test_what_a_kind_shows_it_reads_back(words: list[str]) -> None:
    assert env.LIST.parse(env.LIST.show(tuple(words))) == tuple(words)
