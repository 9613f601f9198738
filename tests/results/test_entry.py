import json
from dataclasses import replace
from hashlib import blake2b

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.options.formats import Format
from imgsvc.options.saving import Placeholder
from imgsvc.results.entry import Entry, decode, encode
from tests.results.made import KEY, job, rendition

ENTRY = Entry.of(rendition(), KEY, 1000)
DATA = encode(ENTRY)


def signed(head: object) -> bytes:
    """What somebody else has written, with lengths and digest that are right."""
    text = json.dumps(head).encode()
    digest = blake2b(text + b"body", digest_size=16).hexdigest()
    return f"imgsvc-result-1 {len(text)} 4 {digest}\n".encode() + text + b"body"


@given(
    body=st.binary(max_size=200),
    format_=st.sampled_from([*Format, *Placeholder]),
    origin=st.sampled_from(list(Format)),
    headers=st.dictionaries(st.text(max_size=9), st.text(max_size=9), max_size=3),
    checked=st.integers(0, 2**40),
)
def test_what_is_kept_comes_back_as_it_was(body, format_, origin, headers, checked) -> None:
    entry = replace(ENTRY, body=body, format=format_, origin_format=origin, source_headers=headers, checked=checked)

    assert decode(encode(entry), KEY) == entry


# As it was kept by the first version that kept any: every later one has to read it.
KEPT = (
    b"imgsvc-result-1 219 9 22534452fd6c0eefaed666e1194fcab9\n"
    b'{"key": "recipe/ab/source/wishes", "checked": 1000, "format": "webp", "source_headers": {"etag": "\\"one\\""}, '
    b'"origin_size": [20, 10], "result_size": [4, 2], "origin_bytes": 99, "origin_format": "gif", "tags": ["shoes"]}'
    b"a picture"
)


def test_what_has_been_kept_is_read_and_written_as_it_was() -> None:
    assert decode(KEPT, KEY) == replace(ENTRY, tags=("shoes",))
    assert encode(replace(ENTRY, tags=("shoes",))) == KEPT


def test_one_without_tags_has_the_bytes_that_it_had_before_there_were_any() -> None:
    assert b"tags" not in DATA
    assert decode(encode(replace(ENTRY, tags=("a", "b"))), KEY) == replace(ENTRY, tags=("a", "b"))


def test_it_makes_the_rendition_that_it_was_made_of() -> None:
    made = rendition()

    assert Entry.of(made, KEY, 1000).rendition(made.job, 1000) == made


def test_it_tells_its_age_as_a_cache_does() -> None:
    entry = Entry.of(rendition(headers={"age": "7"}), KEY, 1000)

    assert (entry.headers_at(1050.9), entry.headers_at(990)) == ({"age": "57"}, {"age": "7"})


def test_whose_cookies_they_were_is_not_kept() -> None:
    entry = Entry.of(rendition(headers={"etag": '"one"', "set-cookie": "id=1"}), KEY, 1000)

    assert entry.source_headers == {"etag": '"one"'}


@pytest.mark.parametrize("length", range(0, len(DATA), 7))
def test_what_is_cut_short_is_nothing(length) -> None:
    assert decode(DATA[:length], KEY) is None


@given(place=st.integers(0, len(DATA) - 1), bit=st.integers(0, 7))
def test_nor_is_what_has_another_bit(place, bit) -> None:
    damaged = bytearray(DATA)
    damaged[place] ^= 1 << bit

    assert decode(bytes(damaged), KEY) is None


@given(st.binary(max_size=300))
def test_nor_is_what_somebody_else_has_put_there(data) -> None:
    assert decode(data, KEY) is None


def test_nor_is_the_entry_of_another_key() -> None:
    assert decode(DATA, "recipe/ab/source/others") is None


TOLD = json.loads(DATA.partition(b"\n")[2].partition(b"}a picture")[0] + b"}")


@pytest.mark.parametrize(
    "change",
    [
        {"format": "odd"},
        {"format": ["webp"]},
        {"origin_format": "blurhash"},
        {"origin_size": 7},
        {"origin_size": [1, 2, 3]},
        {"source_headers": ["etag"]},
        {"checked": "soon"},
        {"checked": None},
        {"checked": float("inf")},
        {"origin_bytes": float("nan")},
        {"key": ""},
        {"tags": 7},
    ],
    ids=str,
)
def test_nor_is_one_that_makes_no_sense_however_well_it_is_signed(change) -> None:
    assert decode(signed(TOLD), KEY) is not None
    assert decode(signed(TOLD | change), KEY) is None


@pytest.mark.parametrize("head", [[], 1, None, "text", {}], ids=str)
def test_nor_is_one_without_a_head(head) -> None:
    assert decode(signed(head), KEY) is None


def test_the_job_of_a_rendition_is_that_of_the_request() -> None:
    other = job(headers={"if-none-match": "x"})

    assert ENTRY.rendition(other, 1000).job is other


def test_nor_is_one_whose_head_is_a_hundred_thousand_brackets() -> None:
    head = b"[" * 100_000
    digest = blake2b(head, digest_size=16).hexdigest().encode()

    assert decode(b"imgsvc-result-1 %d 0 %s\n%s" % (len(head), digest, head), KEY) is None
