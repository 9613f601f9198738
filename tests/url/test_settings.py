import pytest

from imgsvc.settings.env import Mistake, load
from imgsvc.url.settings import REPLACEMENTS, OptionDefaults, UrlSettings


def test_replacements_are_pairs_in_the_order_given() -> None:
    assert REPLACEMENTS.parse("mys3://=s3://my_bucket/;*.jpg=${1}.png") == (
        ("mys3://", "s3://my_bucket/"),
        ("*.jpg", "${1}.png"),
    )


@pytest.mark.parametrize("text", ["", "a=b;", "a"])
def test_a_replacement_without_an_equals_sign_is_a_mistake(text: str) -> None:
    with pytest.raises(ValueError, match="pattern=replacement"):
        REPLACEMENTS.parse(text)


def test_shown_replacements_read_back() -> None:
    pairs = (("a", "b"), ("c", "d=e"))

    assert REPLACEMENTS.parse(REPLACEMENTS.show(pairs)) == pairs


@pytest.mark.parametrize("prefix", ["images", "/images/", "/"])
def test_a_path_prefix_begins_with_a_slash_and_does_not_end_with_one(prefix: str) -> None:
    mistakes: list[Mistake] = []

    load(UrlSettings, {"IMGSVC_PATH_PREFIX": prefix}, mistakes)

    assert [each.name for each in mistakes] == ["IMGSVC_PATH_PREFIX"]


def test_privacy_comes_first_unless_asked_otherwise() -> None:
    assert OptionDefaults().strip_metadata
    assert OptionDefaults().keep_copyright
