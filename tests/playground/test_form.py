"""The form is what the table says."""

import pytest

from imgsvc.playground.form import entries, samples
from imgsvc.url.settings import OptionDefaults
from imgsvc.url.table import OPTIONS

ENTRIES = {entry["names"][0]: entry for entry in entries()}


def fields(option: str) -> dict[str, dict[str, object]]:
    """An option's fields, by their names."""
    return {each["name"]: each for each in ENTRIES[option]["fields"]}


def test_every_option_is_in_it_with_its_sentence_and_its_example():
    assert [(each["names"], each["sentence"], each["example"]) for each in ENTRIES.values()] == [
        (row.names, row.sentence, row.example) for row in OPTIONS
    ]


@pytest.mark.parametrize("name", ENTRIES)
def test_every_option_can_be_filled_in(name):
    assert ENTRIES[name]["fields"]


def test_a_word_is_chosen_among_those_that_the_grammar_takes():
    assert fields("resizing_type")["resizing type"]["choices"] == ("fit", "fill", "fill-down", "force", "auto")
    assert "soea" in fields("resize")["gravity"]["choices"]


def test_a_range_is_the_grammar_s_own():
    quality = fields("quality")["quality"]

    assert (quality["kind"], quality["low"], quality["high"]) == ("number", 0.0, 100.0)


@pytest.mark.parametrize(
    ("option", "field", "kind"),
    [
        ("enlarge", "enlarge", "boolean"),
        ("background", "color or red:green:blue", "color"),
        ("width", "width", "number"),
        ("filename", "name", "text"),
        ("skip_processing", "format[:format...]", "text"),
        ("gravity", "x", "number"),
    ],
)
def test_a_field_is_of_the_kind_that_its_argument_is(option, field, kind):
    assert fields(option)[field]["kind"] == kind


def test_the_usual_value_is_that_of_the_settings_where_they_have_one():
    found = {each["names"][0]: each["usual"] for each in entries(OptionDefaults(strip_metadata=False))}

    assert (found["strip_metadata"], found["quality"]) == ("strip metadata off", "quality 0")


def test_only_our_own_pictures_are_offered():
    assert samples(["meadow.jpg", "secret.jpg"]) == ["local:///meadow.jpg"]
