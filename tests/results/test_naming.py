import re
from dataclasses import replace

import pytest

from imgsvc.config import from_environment, recipe
from imgsvc.results.naming import folder_of, folder_of_tag, is_key, key_of, recipe_of
from imgsvc.url.parse import Parser
from imgsvc.url.settings import UrlSettings

SOURCE = "https://source.example/cat.png"
PARSER = Parser(UrlSettings(presets="card=rs:fit:300:200"), (), now=lambda: 0.0)


def key(options: str, source: str = SOURCE, more: tuple[str, ...] = ()) -> str:
    parsed = PARSER.parse(f"{options}/plain/{source}")
    return key_of("recipe", parsed.source.text, parsed.options, more)


def test_a_key_is_recipe_source_and_wishes() -> None:
    assert re.fullmatch(r"recipe/([0-9a-f]{2})/\1[0-9a-f]{30}/[0-9a-f]{32}", key("w:1"))
    assert key("w:1").startswith(folder_of("recipe", SOURCE) + "/")


@pytest.mark.parametrize(
    "other",
    ["s:300:200/rt:fit", "pr:card", "size:300:200", "s:300:200/exp:9999999999/fn:a/ct:a:b"],
)
def test_two_spellings_of_one_wish_are_one(other) -> None:
    assert key(other) == key("rs:fit:300:200")


@pytest.mark.parametrize("other", ["w:301", "w:300/cb:1", "w:300/q:70", "w:300/-/w:10", "w:300/f:png"])
def test_other_wishes_are_others(other) -> None:
    assert key(other) != key("w:300")


def test_what_is_accepted_is_part_of_it() -> None:
    assert key("w:1", more=("avif", "webp")) != key("w:1", more=("webp",))


def test_sources_are_told_apart() -> None:
    assert key("w:1") != key("w:1", f"{SOURCE}?v=2")


def test_a_tag_has_a_folder_of_its_own_beside_the_recipes() -> None:
    assert folder_of_tag("shoes") == "tags/01ea5ddd3be5477ac3eae2366fa12064"
    assert not is_key(folder_of_tag("shoes"))


@pytest.mark.parametrize("text", ["", "tags/a", "../../etc/passwd", f"{'a' * 12}/ab/{'a' * 32}/{'A' * 32}"])
def test_what_is_no_key_is_none(text: str) -> None:
    assert is_key(f"{'a' * 12}/ab/{'a' * 32}/{'a' * 32}")
    assert not is_key(text)


# What is kept by these must be found by every later version; where one has to change, RECIPE_VERSION changes with it.
@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("w:1", "3ef4bfb21c19963dbc4b0c6ea25662da"),
        ("rs:fill:300:200/g:sm/q:70", "8212f0a91c7a612d83e9971776f0ba31"),
        ("w:300/-/bl:2/f:webp", "60597e5580175c63dc3a37556b2f37c5"),
    ],
)
def test_a_key_stays_what_it_was(options, expected) -> None:
    assert key(options).rsplit("/", 1)[1] == expected


def test_a_recipe_stays_what_it_was() -> None:
    assert recipe_of() == "6b86b273ff34"


def test_a_setting_that_changes_pixels_changes_the_recipe() -> None:
    config = from_environment({})

    assert recipe(replace(config, encode=replace(config.encode, quality=50))) != recipe(config)
    assert recipe(replace(config, limits=replace(config.limits, max_result_dimension=100))) != recipe(config)


def test_one_that_does_not_leaves_it() -> None:
    config = from_environment({})
    others = {
        "url": replace(config.url, presets="card=w:1"),
        "limits": replace(config.limits, allowed_sources=("https://a.example/",)),
        "cache": replace(config.cache, ttl=1),
    }

    assert {recipe(replace(config, **{name: value})) for name, value in others.items()} == {recipe(config)}
