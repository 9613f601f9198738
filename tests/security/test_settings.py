from imgsvc.security.settings import PATTERNS, AddressSettings, LimitSettings, SignatureSettings
from imgsvc.settings.env import Mistake, load


def test_shown_patterns_read_back() -> None:
    text = "https://*.example.com/a.b/,local:///[x]"

    assert PATTERNS.show(PATTERNS.parse(text)) == text


def test_each_key_needs_a_salt() -> None:
    mistakes: list[Mistake] = []

    load(SignatureSettings, {"IMGPROXY_KEY": "aa,bb", "IMGPROXY_SALT": "cc"}, mistakes)

    assert [each.value for each in mistakes] == ["*** and ***"]


def test_without_settings_no_source_is_on_this_machine() -> None:
    assert not AddressSettings().allow_loopback_source_addresses
    assert not AddressSettings().allow_link_local_source_addresses


def test_megapixels_are_kept_as_pixels() -> None:
    settings = load(LimitSettings, {"IMGSVC_MAX_SRC_RESOLUTION": "0.5"}, [])

    assert settings.max_src_resolution == 500_000
