from pathlib import Path

import pytest

from imgsvc.config import read


@pytest.mark.parametrize(("text", "path"), [("file:///srv/results", "/srv/results"), ("file:///a%20b/", "/a b")])
def test_a_store_is_a_folder(text: str, path: str) -> None:
    config, mistakes = read({"IMGSVC_RESULT_STORE": text})

    assert (config.results.result_store, mistakes) == (Path(path), [])


@pytest.mark.parametrize("text", ["/srv/results", "file://results", "file:///", "s3://bucket/a", "http://x/"])
def test_anything_else_is_a_mistake_that_says_what_was_expected(text: str) -> None:
    _, mistakes = read({"IMGSVC_RESULT_STORE": text})

    assert [str(each) for each in mistakes] == [
        f"IMGSVC_RESULT_STORE: expected file:/// and the path of a folder, got {text!r}"
    ]


def test_there_is_none_unless_it_is_set() -> None:
    assert read({})[0].results.result_store is None
