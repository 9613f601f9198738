import pytest

from imgsvc.config import from_environment
from imgsvc.schemes import create_sources, create_stores, may_be_read, schemes
from imgsvc.settings.env import Mistake, SettingsError
from imgsvc.source_url import SourceUrl


@pytest.mark.parametrize(
    ("environ", "more"),
    [
        pytest.param({}, set(), id="nothing"),
        pytest.param({"IMGSVC_LOCAL_FILESYSTEM_ROOT": "/tmp"}, {"local"}, id="files"),
        pytest.param({"IMGSVC_USE_S3": "1", "IMGSVC_S3_ENDPOINT": "http://x"}, {"s3"}, id="a store"),
    ],
)
def test_http_is_served_and_what_the_settings_enable(environ: dict[str, str], more: set[str]) -> None:
    assert schemes(from_environment(environ)) == {"http", "https"} | more


def test_each_scheme_that_is_served_has_its_source() -> None:
    mistakes: list[Mistake] = []
    config = from_environment({"IMGSVC_LOCAL_FILESYSTEM_ROOT": "/tmp"})

    sources = create_sources(config, mistakes)

    assert [sources.source_for(SourceUrl.parse(f"{scheme}://x/a")) for scheme in schemes(config)] != []
    assert mistakes == []


def test_a_source_may_be_read_where_it_is_allowed() -> None:
    config = from_environment({"IMGSVC_ALLOWED_SOURCES": "http://x/"})

    assert [may_be_read(config, SourceUrl.parse(url)) for url in ("http://x/a", "http://y/a")] == [True, False]


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, (False, False)),
        ({"IMGSVC_RESULT_STORE": "file:///a"}, (True, False)),
        ({"IMGSVC_SOURCE_STORE": "file:///a"}, (False, True)),
        ({"IMGSVC_RESULT_STORE": "file:///a", "IMGSVC_SOURCE_STORE": "s3://bucket"}, (True, True)),
    ],
)
def test_what_is_kept_is_for_the_settings_to_say(environ: dict[str, str], expected: tuple[bool, bool]) -> None:
    stores = create_stores(from_environment(environ))

    assert (bool(stores.results), bool(stores.sources)) == expected


def test_of_stores_that_cannot_be_all_mistakes_are_told() -> None:
    environ = {"IMGSVC_RESULT_STORE": "s3://a@b", "IMGSVC_SOURCE_STORE": "abs://c"}
    with pytest.raises(SettingsError) as caught:
        create_stores(from_environment(environ))

    assert [each.name for each in caught.value.mistakes] == ["RESULT_STORE", "SOURCE_STORE"]
