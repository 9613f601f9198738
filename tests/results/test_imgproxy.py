"""Twin of imgsvc/results/imgproxy.py."""

import pytest

from imgsvc.config import read, result_location
from imgsvc.keeping.location import Location


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("USE=s3 BUCKET=results", Location("s3", "results")),
        ("USE=gcs BUCKET=results PATH_PREFIX=/a/b/", Location("gs", "results", "a/b/")),
        ("USE=abs BUCKET=results", Location("abs", "results")),
        ("USE=swift BUCKET=results", Location("swift", "results")),
        ("USE=fs FS_ROOT=/srv", Location("file", "/srv")),
        ("USE=fs FS_ROOT=/srv/ BUCKET=results PATH_PREFIX=a", Location("file", "/srv/results/a")),
        ("BUCKET=results PATH_PREFIX=a", None),
    ],
)
def test_what_imgproxy_s_names_say_is_a_store(told: str, expected: Location | None) -> None:
    config, mistakes = read(named(told))

    assert (result_location(config), mistakes) == (expected, [])


def test_our_own_name_outweighs_them() -> None:
    config, _ = read({**named("USE=s3 BUCKET=results"), "IMGSVC_RESULT_STORE": "gs://mine"})

    assert result_location(config) == Location("gs", "mine")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("USE=s3", "CACHE_BUCKET where CACHE_USE is s3"),
        ("USE=fs", "CACHE_FS_ROOT with an absolute path where CACHE_USE is fs"),
        ("USE=fs FS_ROOT=/", "CACHE_BUCKET and CACHE_PATH_PREFIX that RESULT_STORE could have"),
        ("USE=s3 BUCKET=results PATH_PREFIX=../a", "CACHE_BUCKET and CACHE_PATH_PREFIX that RESULT_STORE could have"),
        ("USE=redis", "one of fs, s3, gcs, abs, swift"),
    ],
)
def test_what_says_none_is_a_mistake(told: str, expected: str) -> None:
    _, mistakes = read(named(told))

    assert [each.expected for each in mistakes] == [expected]


def named(told: str) -> dict[str, str]:
    """The variables, as imgproxy has them."""
    return {f"IMGPROXY_CACHE_{name}": value for name, _, value in (word.partition("=") for word in told.split())}
