"""What is read is in tests/spec/url_options.toml; here is what is written."""

import pytest

from imgsvc.errors import ArgumentError
from imgsvc.options.processing import ProcessingOptions
from imgsvc.url.grammar import Context
from imgsvc.url.rows.metadata import METADATA

CONTEXT = Context(lambda: 0.0)
ROWS = {row.names[0]: row for row in METADATA}


def test_the_name_of_a_profile_is_percent_encoded_whole() -> None:
    assert ROWS["color_profile"].build(ProcessingOptions(color_profile="a b%/é")) == [["a%20b%25%2F%C3%A9"]]


@pytest.mark.parametrize("name", ["..%2Fsrgb", "%2Fetc", "a%00", "..", "%2E%2E"])
def test_the_operator_is_told_what_a_profile_is_and_sees_one(name: str) -> None:
    with pytest.raises(ArgumentError, match=r"^color_profile: .* is not srgb, cmyk, or .*, as in icc:srgb$"):
        ROWS["color_profile"].apply([name], ProcessingOptions(), CONTEXT)
