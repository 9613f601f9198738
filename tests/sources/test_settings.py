from imgsvc.settings.env import Mistake, load
from imgsvc.sources.settings import SourceSettings


def test_local_sources_are_off_until_they_have_a_root() -> None:
    assert SourceSettings().local_filesystem_root is None


def test_a_root_that_is_not_there_is_a_mistake() -> None:
    mistakes: list[Mistake] = []

    load(SourceSettings, {"IMGSVC_LOCAL_FILESYSTEM_ROOT": "/not/there"}, mistakes)

    assert [each.expected for each in mistakes] == ["the path of an existing directory"]


def test_an_empty_query_separator_means_that_nothing_is_cut() -> None:
    assert load(SourceSettings, {"IMGSVC_SOURCE_URL_QUERY_SEPARATOR": ""}, []).source_url_query_separator == ""
