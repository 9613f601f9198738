"""The rules are in tests/spec/url_paths.toml, by way of the parser."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.errors import SourceUrlError
from imgsvc.url.source import Rewriting, SourcePart, read_source

PIECES = st.text(st.characters()) | st.sampled_from(["plain", "%zz", "@png", "YS5q", ".png", ""])


@given(st.lists(PIECES), st.booleans())
def test_any_segments_give_a_source_or_a_refusal(segments: list[str], includes_filename: bool) -> None:
    with suppress(SourceUrlError):
        assert isinstance(read_source(segments, includes_filename=includes_filename), SourcePart)


@pytest.mark.parametrize(
    ("segments", "message"),
    [
        ([], "is empty"),
        (["plain", ""], "is empty"),
        (["plain", "a@b@c"], "names two formats"),
        (["plain", "%"], "a `%` itself is %25"),
        (["cat!"], "needs `plain/` before it"),
    ],
)
def test_a_refusal_says_what_to_write(segments: list[str], message: str) -> None:
    with pytest.raises(SourceUrlError, match=message):
        read_source(segments)


def test_without_rules_a_url_is_not_rewritten() -> None:
    assert Rewriting().rewritten("http://x") == "http://x"


@pytest.mark.parametrize("template", ["$", "$-", "${", "${}", "a$"])
def test_a_dollar_that_refers_to_nothing_stays(template: str) -> None:
    assert Rewriting([("t", template)]).rewritten("t") == template
