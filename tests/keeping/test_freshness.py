import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.keeping.freshness import conditions_of, is_everybodys, is_fresh, may_be_kept, renewed_headers

CHECKED = 1_700_000_000.0


def fresh(after: float, **headers: str) -> bool:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return is_fresh(told, checked=CHECKED, now=CHECKED + after, default_seconds=100)


@pytest.mark.parametrize(("after", "expected"), [(0, True), (99, True), (100, False), (-1, False)])
def test_a_source_that_says_nothing_is_asked_after_the_setting_s_time(after, expected) -> None:
    assert fresh(after) is expected


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("max-age=10", 10),
        ("public, max-age=500", 500),
        ("s-maxage=20, max-age=500", 20),
        ("max-age=500, s-maxage=20", 20),
        ("MAX-AGE=10", 10),
        ('max-age="10"', 10),
        ("max-age=10, no-cache", 0),
        ("no-cache", 0),
        ("x-max-age=10", 100),
        ("max-age=soon", 100),
    ],
)
def test_its_cache_control_says_when(told, seconds) -> None:
    assert not fresh(seconds, cache_control=told)
    assert seconds == 0 or fresh(seconds - 1, cache_control=told)


def test_what_a_cache_before_us_has_had_of_it_is_over() -> None:
    assert not fresh(5, cache_control="max-age=10", age="6")
    assert fresh(5, cache_control="max-age=10", age="4")


@pytest.mark.parametrize(("expires", "expected"), [("Tue, 14 Nov 2023 22:15:00 GMT", True), ("0", False), ("", False)])
def test_else_its_expires_does(expires, expected) -> None:
    assert fresh(60, expires=expires) is expected


def test_and_cache_control_outweighs_that() -> None:
    assert fresh(60, expires="0", cache_control="max-age=61")


@pytest.mark.parametrize("told", ["no-store", "private", "max-age=1, private", 'private="set-cookie"', "Private"])
def test_what_is_one_client_s_is_not_kept(told) -> None:
    assert not may_be_kept({"cache-control": told})


@pytest.mark.parametrize("told", ["", "public", "max-age=1", "no-cache", "x-private"])
def test_all_else_is(told) -> None:
    assert may_be_kept({"cache-control": told})


def test_a_source_is_asked_by_its_own_validators() -> None:
    told = {"etag": '"a"', "last-modified": "Tue, 14 Nov 2023 22:15:00 GMT", "content-type": "image/png"}

    assert conditions_of(told) == {"if-none-match": '"a"', "if-modified-since": told["last-modified"]}
    assert conditions_of({"etag": ""}) == {}


@given(st.dictionaries(st.sampled_from(["cache-control", "expires", "age"]), st.text(max_size=40)), st.floats(0, 1e9))
def test_no_header_is_too_odd(headers, after) -> None:
    is_fresh(headers, checked=CHECKED, now=CHECKED + after, default_seconds=100)
    may_be_kept(headers)


def test_nor_is_that_of_one_whose_origin_says_nothing_else() -> None:
    assert fresh(89, age="10")
    assert not fresh(90, age="10")


def test_what_still_holds_is_as_old_as_its_source_says_now() -> None:
    before = {"etag": '"one"', "age": "50", "cache-control": "max-age=60"}

    assert renewed_headers(before, {"date": "now"}) == {"etag": '"one"', "cache-control": "max-age=60", "date": "now"}
    assert renewed_headers(before, {"age": "3"})["age"] == "3"


@pytest.mark.parametrize(("asked", "expected"), [((), True), (("if-none-match",), True), (("cookie",), False)])
def test_what_was_asked_with_a_client_s_own_headers_is_that_client_s(asked, expected) -> None:
    assert is_everybodys(dict.fromkeys(asked, "x")) is expected
