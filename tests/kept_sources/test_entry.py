from collections.abc import Mapping
from typing import Any

import pytest

from imgsvc.keeping.envelope import seal
from imgsvc.kept_sources.entry import SourceEntry, decode, encode
from imgsvc.results.entry import Entry
from imgsvc.results.entry import encode as encode_result
from imgsvc.sources.source import Fetched
from tests.results.made import rendition

KEY = "sources-guard/ab/abcd"
ENTRY = SourceEntry(KEY, 1000, {"etag": '"one"', "content-type": "image/gif"}, b"a source")
TOLD: dict[str, Any] = {"key": KEY, "checked": 1000, "headers": {}}


def test_what_is_kept_is_read_back() -> None:
    assert decode(encode(ENTRY), KEY) == ENTRY


def test_its_bytes_stay_what_they_were() -> None:
    said = b'"headers": {"etag": "\\"one\\"", "content-type": "image/gif"}'
    head = b'{"key": "sources-guard/ab/abcd", "checked": 1000, %s}' % said

    assert encode(ENTRY) == b"imgsvc-source-1 110 8 f6cf647deeb143c621361bf9bd96908d\n" + head + b"a source"


def test_whose_cookies_they_were_is_not_kept() -> None:
    fetched = Fetched(200, {"etag": '"one"', "set-cookie": "id=1"}, b"a source")

    assert SourceEntry.of(fetched, KEY, 1000).headers == {"etag": '"one"'}


def test_one_of_another_key_is_none() -> None:
    assert decode(encode(ENTRY), "sources-guard/ab/abce") is None


def test_nor_is_a_result() -> None:
    assert decode(encode_result(Entry.of(rendition(), KEY, 1000)), KEY) is None


@pytest.mark.parametrize(
    "told",
    [{}, {**TOLD, "checked": "x"}, {**TOLD, "checked": 1e999}, {**TOLD, "headers": []}, {**TOLD, "key": 1}, []],
)
def test_nor_what_somebody_wrote_who_knows_how_to(told: Mapping[str, Any]) -> None:
    assert decode(seal(b"imgsvc-source-1", told, b"x"), KEY) is None
    assert decode(seal(b"imgsvc-source-1", TOLD, b"x"), KEY)
