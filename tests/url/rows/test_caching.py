"""Twin of imgsvc/url/rows/caching.py; tests/spec has what the options mean."""

import pytest

from imgsvc.errors import ArgumentError, SecurityOptionError
from imgsvc.options.processing import ProcessingOptions
from imgsvc.url.build import build
from imgsvc.url.rows.caching import CACHING, MOST_TAGS
from tests.url.cases import parser

PLAIN = parser()
TRUSTING = parser(allow_bypass_cache=True)
SOURCE = "plain/http://x/a.jpg"


def test_they_are_the_whole_chain_s_wherever_they_stand() -> None:
    found = TRUSTING.parse(f"w:9/-/ct:a/bc:1/w:5/{SOURCE}").options

    assert (found.cache_tags, found.bypass_cache) == (("a",), True)
    assert found.chained == (ProcessingOptions(width=5),)


def test_they_are_written_as_they_are_read() -> None:
    wanted = ProcessingOptions(cache_tags=("a", "b"), bypass_cache=True)

    assert build(wanted, "x") == "/ct:a:b/bc:1/plain/x"


def test_a_bypass_that_is_not_allowed_is_forbidden() -> None:
    with pytest.raises(SecurityOptionError) as caught:
        PLAIN.parse(f"bc:1/{SOURCE}")

    assert caught.value.status == 403


def test_none_is_everybody_s() -> None:
    assert not PLAIN.parse(f"bc:0/{SOURCE}").options.bypass_cache


def test_tags_are_bounded_in_number_and_length() -> None:
    many = ":".join(map(str, range(MOST_TAGS)))

    assert len(PLAIN.parse(f"ct:{many}/{SOURCE}").options.cache_tags) == MOST_TAGS
    for tags in (f"{many}:more", "x" * 257):
        with pytest.raises(ArgumentError):
            PLAIN.parse(f"ct:{tags}/{SOURCE}")


def test_each_row_s_example_is_understood() -> None:
    for row in CACHING:
        TRUSTING.parse(f"{row.example}/{SOURCE}")
