from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.config import read
from imgsvc.keeping.location import LOCATION, Location, location


@pytest.mark.parametrize(("text", "path"), [("file:///srv/results", "/srv/results"), ("file:///a%20b/", "/a b")])
def test_a_store_is_a_folder(text: str, path: str) -> None:
    config, mistakes = read({"IMGSVC_RESULT_STORE": text})

    assert (config.results.result_store, mistakes) == (Location("file", path), [])
    assert location(text).folder == Path(path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("s3://bucket", Location("s3", "bucket")),
        ("gs://bucket/", Location("gs", "bucket")),
        ("abs://container/a", Location("abs", "container", "a/")),
        ("swift://con tainer/a/b.c~/", Location("swift", "con tainer", "a/b.c~/")),
    ],
)
def test_or_a_bucket_and_what_its_keys_begin_with(text: str, expected: Location) -> None:
    assert location(text) == expected
    assert location(text).folder is None


@given(st.sampled_from(["s3", "file"]), st.text("ab/", min_size=1))
def test_what_is_shown_is_read_back(scheme: str, rest: str) -> None:
    try:
        found = location(f"{scheme}://{'/' if scheme == 'file' else 'b/'}{rest}")
    except ValueError:
        return

    assert location(str(found)) == found


@pytest.mark.parametrize(
    "text",
    ["/srv", "file://results", "file:///", "s3://", "s3:///a", "s3://b/a b", "s3://b/../a", "s3://b/a//c", "x"],
)
def test_anything_else_is_a_mistake_that_says_what_was_expected(text: str) -> None:
    _, mistakes = read({"IMGSVC_RESULT_STORE": text})

    assert [str(each) for each in mistakes] == [f"IMGSVC_RESULT_STORE: expected {LOCATION.expected}, got {text!r}"]
