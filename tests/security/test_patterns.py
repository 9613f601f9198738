"""Twin of imgsvc/security/patterns.py."""

import pytest

from imgsvc.security.patterns import SourcePattern
from imgsvc.source_url import SourceUrl


def matches(pattern: str, url: str) -> bool:
    source = SourceUrl.parse(url)
    return SourcePattern(pattern).matches(source, source.path)


@pytest.mark.parametrize(
    ("pattern", "url"),
    [
        pytest.param("https://example.com/", "https://example.com/a/b", id="a host"),
        pytest.param("https://example.com/", "https://example.com", id="its root, written without a slash"),
        pytest.param("https://example.com/", "HTTPS://EXAMPLE.com:443/a", id="the same, spelled in another way"),
        pytest.param("https://Example.com/", "https://example.com/a", id="a pattern in capitals"),
        pytest.param("https://example.com", "https://example.com/a", id="a host without a slash"),
        pytest.param("http://minio", "http://minio:9000/a", id="without a slash, any port"),
        pytest.param("http://minio:9000", "http://minio:9000/a", id="a port"),
        pytest.param("https://*.example.com/", "https://a.example.com/c", id="a star"),
        pytest.param("https://*.example.com/", "https://a.b.example.com/c", id="a star for more than one label"),
        pytest.param("https://*.example.com", "https://a.example.com/c", id="a star, without a slash"),
        pytest.param("https://img-*.example.com/", "https://img-1.example.com/c", id="a star in a label"),
        pytest.param("https://cdn.*/", "https://cdn.example/c", id="a star at the end, for one label"),
        pytest.param("https://*/", "https://a.b.example/c", id="a star for any host"),
        pytest.param("https://*", "https://[::1]/c", id="a star for any host, without a slash"),
        pytest.param("https://", "https://a.b:1/c", id="a scheme"),
        pytest.param("https", "https://a.b:1/c", id="a scheme by its name"),
        pytest.param("http*://example.com/", "https://example.com/c", id="a star in a scheme"),
        pytest.param("*://example.com/", "http://example.com/c", id="a star for a scheme"),
        pytest.param("*//example.com/", "http://example.com/c", id="a star for a scheme and its colon"),
        pytest.param("*", "http://example.com/c", id="a star alone"),
        pytest.param("", "http://example.com/c", id="nothing"),
        pytest.param("http://x/*/pub", "http://x/a/public", id="a star in a path"),
        pytest.param("http://x/a?k=*", "http://x/a?k=b/c", id="a query"),
        pytest.param("http://x/(a)", "http://x/(a)", id="other marks are meant as they are"),
        pytest.param("http://me:pw@x/", "http://me:pw@x/a", id="a user name"),
        pytest.param("http://b\u00fccher.example/", "http://xn--bcher-kva.example/a", id="an international name"),
        pytest.param("http://*.b\u00fccher.example/", "http://a.b\u00fccher.example/a", id="one beside a star"),
        pytest.param("http://[0::1]:81/", "http://[::1]:81/a", id="an IPv6 address"),
        pytest.param("s3://my-*/a/", "s3://my-pictures/a/b", id="a star in a bucket"),
        pytest.param("s3://", "s3://b/k?v#w", id="a store"),
        pytest.param("local:///shop/", "LOCAL:///shop/a", id="files"),
    ],
)
def test_a_pattern_lets_through_what_it_names(pattern: str, url: str) -> None:
    assert matches(pattern, url)


@pytest.mark.parametrize(
    ("pattern", "url"),
    [
        pytest.param("https://example.com", "https://example.com.evil.example/", id="a longer host"),
        pytest.param("https://example.com", "https://example.com@evil.example/", id="a host that is a user name"),
        pytest.param("https://example.com", "https://example.com:pw@evil.example/", id="with a password"),
        pytest.param("https://example.com", "https://example.community/", id="a longer label"),
        pytest.param("https://example.com/", "https://me@example.com/", id="a user name that is not named"),
        pytest.param("https://example.com/", "https://example.com:8443/", id="another port"),
        pytest.param("http://x:80", "http://x:8080/", id="a longer port"),
        pytest.param("https://example.com/", "http://example.com/", id="another scheme"),
        pytest.param("https://*.example.com/", "https://evil.example?.example.com/", id="a star is no question mark"),
        pytest.param("https://*.example.com/", "https://evil.example#.example.com/", id="a star is no hash"),
        pytest.param("https://*.example.com/", "https://evil.example/.example.com/", id="a star is no slash"),
        pytest.param("https://*.example.com/", "https://evil.example:1/.example.com/", id="a star is no port"),
        pytest.param("https://*.example.com/", "https://u@a.example.com/", id="a star is no user name"),
        pytest.param("https://*.example.com/", "https://example.com/", id="a star leaves its dot"),
        pytest.param("https://*.example.com", "https://a.example.com.evil.example/", id="a star, and a longer host"),
        pytest.param("https://cdn.*/", "https://cdn.evil.example/", id="a star at the end, for two labels"),
        pytest.param("https://cdn*", "https://cdn.evil.example/", id="the same without a slash"),
        pytest.param("https://*/a/", "https://x/b/", id="any host, another path"),
        pytest.param(
            "*://example.com", "http://example.com.evil.example/", id="a star for a scheme, and a longer host"
        ),
        pytest.param("*//example.com", "http://example.com.evil.example/", id="and for its colon"),
        pytest.param("*/*/example.com", "http://example.com.evil.example/", id="stars for slashes"),
        pytest.param("http//x/", "http://x/", id="a pattern without a colon"),
        pytest.param("http://x/*/pub", "http://x/a?/pub", id="a star in a path is no question mark"),
        pytest.param("http://x/*/pub", "http://x/a#/pub", id="a star in a path is no hash"),
        pytest.param("http://x/*/pub", "http://x/a\\b/pub", id="a star in a path is no backslash"),
        pytest.param("http://x/a?k=", "http://x/a", id="a query that is missing"),
        pytest.param("s3://my-*/a/", "s3://my-pictures/x/a/", id="a star in a bucket is no slash"),
        pytest.param("http://x/", "s3://x/", id="a store is no host"),
        pytest.param("s3://x/", "http://x/", id="a host is no store"),
        pytest.param("local:///shop/", "local:/shop/a", id="files, spelled in another way"),
    ],
)
def test_a_pattern_lets_nothing_else_through(pattern: str, url: str) -> None:
    assert not matches(pattern, url)
