import pytest

from imgsvc.errors import SourceNotAllowedError, SourceUrlError
from imgsvc.security.allowlist import check_source
from imgsvc.security.settings import PATTERNS
from imgsvc.source_url import SourceUrl


def test_without_patterns_every_source_is_allowed() -> None:
    check_source(SourceUrl.parse("ftp://x"), ())


@pytest.mark.parametrize(
    ("patterns", "url"),
    [
        pytest.param("local://,http://images.dev/", "http://images.dev/a.jpg", id="a prefix"),
        pytest.param("http://*.dev/", "http://images.dev/a.jpg", id="a star"),
        pytest.param("http://x/*/pub", "http://x/a/public", id="a star within"),
        pytest.param("s3://x/,", "http://anything", id="an empty pattern"),
        pytest.param("local:///shop/", "local:///shop/a/../b.png", id="dots that stay within a prefix"),
        pytest.param("http://x/shop/", "http://x/shop/a%2f..%2fb.png", id="encoded ones that do"),
        pytest.param("http://x/shop/", "http://x/shop/a..%2fb.png", id="dots that are part of a name"),
    ],
)
def test_a_source_that_begins_with_a_pattern_is_allowed(patterns: str, url: str) -> None:
    check_source(SourceUrl.parse(url), PATTERNS.parse(patterns))


@pytest.mark.parametrize(
    ("patterns", "url"),
    [
        pytest.param("http://images.dev/", "http://images.dev.evil/a.jpg", id="a longer host"),
        pytest.param("http://images.dev/", "x?http://images.dev/", id="not at the beginning"),
        pytest.param("http://*.dev/", "http://evil/.dev/", id="a star is no slash"),
        pytest.param("http://images.dev/", "http://imagesXdev/", id="a dot is a dot"),
        pytest.param("local:///shop/", "local:///shop/../secret.png", id="dots lead out of a prefix"),
        pytest.param("http://x/shop/", "http://x/shop/%2E%2e/secret.png", id="encoded dots do so too"),
        pytest.param("http://x/shop/", "http://x/shop/..%2fsecret.png", id="behind a server that decodes slashes"),
        pytest.param("http://x/shop/", "http://x/shop/..\\secret.png", id="behind one for which a backslash is one"),
        pytest.param("http://x/shop/", "http://x/shop/%2e.%5Csecret.png", id="behind one that decodes it too"),
        pytest.param("http://x/shop/", "http://x/shop//../../secret.png", id="behind one that merges slashes"),
        pytest.param("s3://b/shop/", "s3://b/shop/../secret.png", id="in a key"),
        pytest.param("local:///shop/", "local:///shop/a?/../../secret.png", id="behind what may not be a version"),
    ],
)
def test_any_other_source_is_refused(patterns: str, url: str) -> None:
    with pytest.raises(SourceNotAllowedError, match="ALLOWED_SOURCES"):
        check_source(SourceUrl.parse(url), PATTERNS.parse(patterns))


def test_a_secret_source_that_is_not_allowed_is_refused_as_one_that_cannot_be_decrypted() -> None:
    source = SourceUrl.parse("http://hush.example/").hidden("enc/AAEC...")

    with pytest.raises(SourceUrlError, match=r"^enc/AAEC\.\.\. begins with none"):
        check_source(source, PATTERNS.parse("https://cdn/"))
