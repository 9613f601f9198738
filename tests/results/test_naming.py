import re
import tomllib
from dataclasses import fields, replace
from pathlib import Path

import pytest

from imgsvc.app import create_renderer
from imgsvc.config import _UNSEEN, Config, _in_words, from_environment, recipe
from imgsvc.options.formats import BY_WORD
from imgsvc.options.processing import ProcessingOptions
from imgsvc.rendition import RenderRequest
from imgsvc.results.naming import folder_of, folder_of_tag, is_key, key_of
from imgsvc.url.parse import Parser
from imgsvc.url.row import OptionRow
from imgsvc.url.settings import UrlSettings
from imgsvc.url.table import OPTIONS
from tests.url.test_table import PARSER as EVERYTHING

SOURCE = "https://source.example/cat.png"
FILE = "result_keys.toml"
KEPT = tomllib.loads((Path(__file__).parents[1] / "spec" / FILE).read_text())
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
    assert folder_of_tag("Sale 50%") == "tags/09fd3bb8e539772bb7db213f4f8056eb"
    assert not is_key(folder_of_tag("shoes"))


@pytest.mark.parametrize("text", ["", "tags/a", "../../etc/passwd", f"{'a' * 12}/ab/{'a' * 32}/{'A' * 32}"])
def test_what_is_no_key_is_none(text: str) -> None:
    assert is_key(f"{'a' * 12}/ab/{'a' * 32}/{'a' * 32}")
    assert not is_key(text)


@pytest.mark.parametrize("options", KEPT["keys"])
def test_a_key_stays_what_it_was(options: str) -> None:
    parsed = EVERYTHING.parse(f"{options}/plain/{SOURCE}")
    found = key_of("recipe", parsed.source.text, parsed.options, ("avif", "webp"))

    assert found.rsplit("/", 1)[1] == KEPT["keys"][options], f"tests/spec/{FILE} says when it may change"


def test_so_does_where_the_results_of_a_source_lie() -> None:
    assert folder_of("recipe", SOURCE) == "recipe/6b/6b11468368a2f8af79c02120bdc1e052"


@pytest.mark.parametrize("row", OPTIONS, ids=lambda row: row.names[0])
def test_every_option_has_a_key_that_is_known(row: OptionRow) -> None:
    uses = (use.split(":")[0] for options in KEPT["keys"] for use in options.split("/"))

    assert not set(row.names).isdisjoint(uses), f"add a use of {row.names[0]} to tests/spec/{FILE}"


@pytest.mark.parametrize("settings", KEPT["recipes"])
def test_a_recipe_stays_what_it_was(settings: str) -> None:
    environ = dict(f"IMGSVC_{each}".split("=", 1) for each in settings.split(" ") if each)

    assert recipe(from_environment(environ)) == KEPT["recipes"][settings], f"tests/spec/{FILE} says when it may change"


SECTIONS = ("formats", "encode", "decode", "defaults", "limits")
# Which sources may be asked for is looked at each time.
PIXELS = {
    each.name: (section, each)
    for section in SECTIONS
    for each in fields(getattr(Config(), section))
    if each.name not in _UNSEEN | {"allowed_sources"}
}


@pytest.mark.parametrize("name", PIXELS.keys() - {"jpeg_encoder"})
def test_every_setting_that_changes_pixels_has_a_recipe_that_is_known(name: str) -> None:
    """JPEG_ENCODER is not among them: another one can only be set where its package is installed."""
    assert any(each.startswith(f"{name.upper()}=") for each in KEPT["recipes"]), f"add {name.upper()} to {FILE}"


def test_no_two_of_them_are_one() -> None:
    assert len({*KEPT["recipes"].values()}) == len(KEPT["recipes"])


@pytest.mark.parametrize("name", sorted(PIXELS.keys() | KEPT["defaults"].keys()))
def test_what_a_recipe_does_not_name_stays_what_it_was(name: str) -> None:
    section, each = PIXELS[name]
    found = _in_words(getattr(getattr(Config(), section), each.name))

    assert found == KEPT["defaults"][name], f"raise RECIPE_VERSION, and then change {FILE}"


@pytest.mark.parametrize("name", sorted({each.name for each in fields(ProcessingOptions)} | KEPT["options"].keys()))
def test_nor_does_what_a_key_does_not_name_change(name: str) -> None:
    found = repr(getattr(ProcessingOptions(), name))

    assert found == KEPT["options"][name], f"raise RECIPE_VERSION, and then change {FILE}; a new option is only added"


@pytest.mark.parametrize("journey", KEPT["journeys"], ids=lambda journey: journey["name"])
def test_what_is_asked_for_is_kept_under_what_it_was(journey: dict[str, str]) -> None:
    named = (each.partition("=") for each in journey["settings"].split(" ") if each)
    environ = {f"IMGSVC_{name}": value for name, _, value in named} | {"IMGSVC_RESULT_STORE": "file:///nowhere"}
    made = create_renderer(from_environment(environ))
    accepted = frozenset(BY_WORD[word] for word in journey["accept"].split(",") if word)
    job = made.prepare(RenderRequest(f"{made.path_prefix}/_/{journey['path']}", accepted=accepted))

    assert job.key == journey["key"], f"tests/spec/{FILE} says when it may change"


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
