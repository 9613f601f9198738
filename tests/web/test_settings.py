import pytest

from imgsvc.web.settings import STATUS, CacheSettings, FallbackSettings, WatermarkSettings, WebSettings


@pytest.mark.parametrize(("text", "status"), [("0", 0), ("100", 100), ("599", 599)])
def test_a_status_is_0_or_one_of_http(text: str, status: int) -> None:
    assert STATUS.parse(text) == status


@pytest.mark.parametrize("text", ["99", "600", "-1", "ok"])
def test_no_other_status_is_taken(text: str) -> None:
    with pytest.raises(ValueError):
        STATUS.parse(text)


def test_clients_are_told_no_cause_unless_asked_otherwise() -> None:
    assert not WebSettings().development_errors_mode


def test_there_is_no_fallback_and_no_watermark_unless_one_is_named() -> None:
    assert FallbackSettings().fallback_image_url == ""
    assert WatermarkSettings().watermark_url == ""


def test_a_rendition_is_fresh_for_a_year() -> None:
    assert CacheSettings().ttl == 365 * 24 * 3600


def test_what_could_be_no_header_is_refused() -> None:
    with pytest.raises(ValueError, match="ALLOW_ORIGIN"):
        WebSettings(allow_origin="a\n")
