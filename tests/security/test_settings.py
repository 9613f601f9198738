from imgsvc.env import Mistake, load
from imgsvc.security.settings import PATTERNS, AddressSettings, LimitSettings, SignatureSettings


def test_a_pattern_is_a_prefix() -> None:
    [pattern] = PATTERNS.parse("https://example.com/")

    assert pattern.match("https://example.com/a/b")
    assert not pattern.match("https://example.com.evil/")


def test_a_star_in_a_pattern_does_not_cross_a_slash() -> None:
    [pattern] = PATTERNS.parse("https://*.example.com/")

    assert pattern.match("https://a.b.example.com/c")
    assert not pattern.match("https://evil/.example.com/")


def test_everything_but_the_star_is_meant_literally() -> None:
    [pattern] = PATTERNS.parse("https://a.b/(x)?")

    assert pattern.match("https://a.b/(x)?")
    assert not pattern.match("https://aXb/x")


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
