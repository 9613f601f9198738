import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.web.headers.caching import cache_control, conditions, http_date, max_age, private, validators
from imgsvc.web.reporting.tally import lifetime
from imgsvc.web.settings import CacheSettings
from tests.web.cases import cases

NOW = 1_600_000_000.0


@pytest.mark.parametrize("case", cases("cache_control"))
def test_the_lifetime_is_as_specified(case):
    settings = CacheSettings(**case.get("settings", {}))
    own = max_age(settings, expires=case.get("expires", 0), now=NOW, fallback_ttl=case.get("fallback_ttl", 0))

    told = cache_control(settings, case.get("source", {}), status=case.get("status", 200), now=NOW, max_age=own)

    assert told == case["cache_control"]


PASSED = st.sampled_from(
    [{}, {"cache-control": "max-age=99999999, public"}, {"expires": "Fri, 31 Dec 2100 00:00:00 GMT"}]
)


@given(
    now=st.floats(1.6e9, 1.6e9 + 10),
    left=st.floats(0.001, 1000) | st.floats(0.001, 2),
    settings=st.builds(CacheSettings, ttl=st.integers(0, 2000), cache_control_passthrough=st.booleans()),
    fallback_ttl=st.integers(0, 2000),
    status=st.sampled_from([200, 206, 304, 404]),
    source=PASSED,
)
def test_no_answer_is_kept_for_longer_than_its_url_lives(now, left, settings, fallback_ttl, status, source):
    expires = math.ceil(now + left)
    own = max_age(settings, expires=expires, now=now, fallback_ttl=fallback_ttl)

    told = cache_control(settings, source, status=status, now=now, max_age=own)

    assert now + lifetime(told) <= expires


@pytest.mark.parametrize(
    ("told", "for_one"),
    [
        ("max-age=60, public", "max-age=60, private"),
        ("Public, S-MaxAge=9, max-age=7", "max-age=7, private"),
        ("no-store", "no-store, private"),
        ('private="set-cookie, x", max-age=9', "private, no-cache"),
        ("", "private"),
    ],
)
def test_a_lifetime_for_one_client_is_no_cache_s_of_many(told, for_one):
    assert private(told) == for_one


@pytest.mark.parametrize("case", cases("validators"))
def test_validators_are_as_specified(case):
    assert validators(CacheSettings(**case.get("settings", {})), case["source"]) == case["answer"]


@pytest.mark.parametrize("case", cases("conditions"))
def test_conditions_reach_the_source_as_specified(case):
    assert conditions(CacheSettings(**case.get("settings", {})), case["client"]) == case["source"]


@given(st.text())
def test_any_text_is_a_date_or_none(text):
    moment = http_date(text)

    assert moment is None or moment.tzinfo is not None


@pytest.mark.parametrize("expires", [0, -1, -5, -(2**62)])
def test_a_moment_before_all_time_is_none(expires: int) -> None:
    assert max_age(CacheSettings(), expires=expires, now=NOW) is None
