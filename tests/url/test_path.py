from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.errors import PathError
from imgsvc.url.path import SplitPath, has_broken_escape, is_below, split_path


@pytest.mark.parametrize(
    ("target", "rest"),
    [
        pytest.param("/sig/w:1/plain/http://x", "w:1/plain/http://x", id="nothing to repair"),
        pytest.param("//sig/plain/http://x", "plain/http://x", id="a slash before the signature"),
        pytest.param("/sig//plain/http://x", "plain/http://x", id="a slash before the source"),
        pytest.param("/sig//w:1/plain/http://x", "w:1/plain/http://x", id="a slash before the options"),
        pytest.param("/sig/plain/http://x?v=1/2", "plain/http://x", id="a query"),
        pytest.param("/sig/plain//x", "plain//x", id="a source that begins with a slash"),
        pytest.param("/sig/w%3A1/plain/http://x", "w:1/plain/http://x", id="an escaped colon in the options"),
        pytest.param("/sig/w%3A1/YS5qcGc", "w:1/YS5qcGc", id="an escaped colon before base64"),
        pytest.param("/sig/w%3a1/YS5qcGc", "w%3a1/YS5qcGc", id="a small %3a, which stays"),
        pytest.param("/sig/plain/http%3A//x", "plain/http%3A//x", id="an escaped colon in the source, which stays"),
        pytest.param("/sig/plain/http:/x/a", "plain/http://x/a", id="a merged slash"),
        pytest.param("/sig/w:1/plain/s3:/x/a", "w:1/plain/s3://x/a", id="a merged slash behind options"),
        pytest.param("/sig/plain/local:/a.jpg", "plain/local:///a.jpg", id="two merged slashes"),
        pytest.param("/sig/plain/local:///a.jpg", "plain/local:///a.jpg", id="three slashes that are there"),
        pytest.param("/sig/plain/http://x/a:/b", "plain/http://x/a://b", id="the last lone slash"),
        pytest.param("/sig/plain/http:/", "plain/http:/", id="a scheme alone"),
        pytest.param("/sig/plain/a b:/c", "plain/a b:/c", id="a space before the colon"),
        pytest.param("/sig//", "", id="no more than slashes"),
    ],
)
def test_the_rest_is_repaired(target: str, rest: str) -> None:
    assert split_path(target) == SplitPath("sig", rest)


@pytest.mark.parametrize("target", ["", "/", "//", "/sig", "/sig/", "sig/plain/x", "///plain/x"])
def test_signature_and_rest_are_needed(target: str) -> None:
    with pytest.raises(PathError):
        split_path(target)


def test_a_prefix_leads_every_path() -> None:
    assert split_path("/img/sig/plain/x", "/img") == SplitPath("sig", "plain/x")


@pytest.mark.parametrize("target", ["/sig/plain/x", "/imgx/sig/plain/x", "/img"])
def test_a_path_without_its_prefix_is_refused(target: str) -> None:
    with pytest.raises(PathError):
        split_path(target, "/img")


@pytest.mark.parametrize("target", ["/sig/plain/é", "/sig/plain/Ã©"])
def test_text_and_the_bytes_of_wsgi_are_read_alike(target: str) -> None:
    assert split_path(target).rest == "plain/é"


@given(st.text(st.characters()))
def test_any_target_is_split_or_refused(target: str) -> None:
    with suppress(PathError):
        assert split_path(target).signature


@pytest.mark.parametrize("target", ["/%", "/%2", "/a%zz", "/%2%20", "/%é0"])
def test_an_escape_without_two_hex_digits_is_broken(target: str) -> None:
    assert has_broken_escape(target)


@pytest.mark.parametrize("target", ["/", "/%2F%2f", "/a?%zz"])
def test_whole_escapes_and_any_query_are_fine(target: str) -> None:
    assert not has_broken_escape(target)


@pytest.mark.parametrize(
    ("target", "is_it"),
    [("/p/info/_/x", True), ("/p/info", False), ("/p/information/_/x", False), ("/info/_/x", False)],
)
def test_a_route_is_what_stands_before_the_signature(target: str, is_it: bool) -> None:
    assert is_below(target, "/p/info") is is_it
