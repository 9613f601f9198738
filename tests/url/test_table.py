from typing import Any

import pytest

from imgsvc import errors
from imgsvc.errors import ArgumentError, UnknownOptionError
from imgsvc.options.processing import ProcessingOptions
from imgsvc.url.grammar import Call, Context
from imgsvc.url.parse import Parser
from imgsvc.url.row import OptionRow
from imgsvc.url.rows.unserved import UNSERVED
from imgsvc.url.settings import UrlSettings
from imgsvc.url.table import BY_NAME, OPTIONS, apply_call
from tests.url.cases import NOW, cases, flat, written

PARSER = Parser(
    UrlSettings(
        allow_security_options=True,
        allow_bypass_cache=True,
        presets="thumb=rs:fill:30:30/skp:gif,loop=w:5/pr:loop,sharp=sh:1",
    ),
    now=lambda: NOW,
)
FILE = "url_options.toml"
CASES = cases(FILE)
CONTEXT = Context(lambda: NOW)
DEFAULTS = flat(ProcessingOptions())
UNKNOWN = object()


@pytest.mark.parametrize("case", [each for each in CASES if "gives" in each.values[0]])
def test_options_mean_what_the_spec_says(case: dict[str, Any]) -> None:
    parsed = PARSER.parse(f"{case['url']}/plain/http://x/a.jpg")

    assert written(parsed.options) == case["gives"], f"{case['url']} in tests/spec/{FILE}"


@pytest.mark.parametrize("case", [each for each in CASES if "gives" in each.values[0]])
def test_a_case_names_no_field_that_is_as_it_always_is(case: dict[str, Any]) -> None:
    usual = {name for name, value in case["gives"].items() if DEFAULTS.get(name, UNKNOWN) == value}

    assert not usual, f"leave {sorted(usual)} out of what {case['url']} gives in tests/spec/{FILE}: it is the default"


@pytest.mark.parametrize("case", [each for each in CASES if "refused" in each.values[0]])
def test_options_are_refused_as_the_spec_says(case: dict[str, Any]) -> None:
    with pytest.raises(getattr(errors, case["refused"])):
        PARSER.parse(f"{case['url']}/plain/http://x/a.jpg")


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_every_name_has_a_case(name: str) -> None:
    uses = (use for case in CASES for use in case.values[0]["url"].split("/"))

    assert any(use.split(":")[0] == name for use in uses), f"add a case of {name!r} to tests/spec/{FILE}"


def test_no_name_belongs_to_two_options() -> None:
    assert len(BY_NAME) == sum(len(row.names) for row in OPTIONS)


@pytest.mark.parametrize("row", OPTIONS, ids=lambda row: row.names[0])
def test_every_example_is_a_use_of_its_option_that_does_something(row: OptionRow) -> None:
    parsed = PARSER.parse(f"{row.example}/plain/x")

    assert row.example.split(":")[0] in row.names
    assert (parsed.options == ProcessingOptions()) is (row in UNSERVED)


@pytest.mark.parametrize("row", OPTIONS, ids=lambda row: row.names[0])
def test_defaults_need_no_arguments(row: OptionRow) -> None:
    assert row.build(ProcessingOptions()) == []


@pytest.mark.parametrize("row", OPTIONS, ids=lambda row: row.names[0])
def test_a_sentence_is_one(row: OptionRow) -> None:
    assert row.sentence[0].isupper()
    assert row.sentence.endswith(".")


def test_a_refusal_names_the_option_the_argument_and_what_was_expected() -> None:
    with pytest.raises(
        ArgumentError, match=r"^width: 'x' is not an integer of 0 or more; it takes pixels, as in w:300$"
    ):
        apply_call(Call("w", ("x",)), ProcessingOptions(), CONTEXT)


def test_an_unknown_option_is_named() -> None:
    with pytest.raises(UnknownOptionError, match="'fade'"):
        apply_call(Call("fade", ("1",)), ProcessingOptions(), CONTEXT)


def test_a_preset_that_names_itself_again_is_left_out_with_a_warning() -> None:
    warnings: list[str] = []
    presets = {"a": (Call("w", ("5",)), Call("pr", ("b",))), "b": (Call("pr", ("a",)),)}

    options = apply_call(
        Call("pr", ("a",)), ProcessingOptions(), Context(lambda: NOW, presets=presets, warn=warnings.append)
    )

    assert options.width == 5
    assert warnings == ["preset 'a' names itself again, by way of a > b: left out"]


def test_the_same_preset_may_be_used_twice() -> None:
    presets = {"a": (Call("skp", ("gif",)),)}

    options = apply_call(Call("pr", ("a", "a")), ProcessingOptions(), Context(lambda: NOW, presets=presets))

    assert len(options.skip_processing) == 2
