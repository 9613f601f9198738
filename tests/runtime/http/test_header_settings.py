import pytest

from imgsvc.config import from_environment
from imgsvc.runtime.http.header_settings import HeaderSettings, header_cautions
from imgsvc.settings.env import SettingsError


def test_headers_are_separated_by_a_backslash_and_a_semicolon() -> None:
    found = from_environment({"IMGPROXY_CUSTOM_REQUEST_HEADERS": "X-A=1\\;X-B=2"}).headers

    assert found.requested() == (("X-A", "1"), ("X-B", "2"))


def test_or_by_what_is_set() -> None:
    environ = {"IMGPROXY_CUSTOM_RESPONSE_HEADERS": "X-A=1|X-B=2", "IMGPROXY_CUSTOM_HEADERS_SEPARATOR": "|"}

    assert from_environment(environ).headers.answered() == (("X-A", "1"), ("X-B", "2"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CUSTOM_REQUEST_HEADERS", "hush"),
        ("CUSTOM_REQUEST_HEADERS", "Connection=hush"),
        ("CUSTOM_RESPONSE_HEADERS", "Content-Length=1"),
        ("REQUEST_HEADERS_PASSTHROUGH", "X-A,Range"),
        ("RESPONSE_HEADERS_PASSTHROUGH", "X A"),
    ],
)
def test_a_header_that_may_not_be_set_ends_the_start(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as caught:
        from_environment({f"IMGSVC_{name}": value})

    assert caught.value.mistakes[0].value == ("***" if name == "CUSTOM_REQUEST_HEADERS" else value)


@pytest.mark.parametrize(
    ("settings", "lists_sources", "word"),
    [
        (HeaderSettings(custom_request_headers="X-Key=1"), False, "every host"),
        (HeaderSettings(request_headers_passthrough=("Cookie",)), False, "credentials"),
        (HeaderSettings(request_headers_passthrough=("authorization",)), True, "where SECRET is set"),
    ],
)
def test_what_may_not_be_meant_so_is_cautioned_about(settings: HeaderSettings, lists_sources: bool, word: str) -> None:
    assert [word in each for each in header_cautions(settings, lists_sources=lists_sources, has_secret=True)] == [True]


def test_of_what_goes_where_it_is_meant_nothing_is_said() -> None:
    settings = HeaderSettings(custom_request_headers="X-Key=1", request_headers_passthrough=("X-Tenant",))

    assert list(header_cautions(settings, lists_sources=True, has_secret=True)) == []
