"""Twin of imgsvc/source_url.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.errors import SourceUnreachableError
from imgsvc.source_url import SourceUrl, host_name


def parts(text: str) -> tuple[str, str, int, str, str]:
    found = SourceUrl.parse(text)
    return found.userinfo, found.host, found.port, found.path, found.query


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("http://x.example/a?b#c", ("", "x.example", 80, "/a", "?b"), id="all of it, less the fragment"),
        pytest.param("HTTPS://X.Example:8443/A", ("", "x.example", 8443, "/A", ""), id="scheme and host in capitals"),
        pytest.param("http://x", ("", "x", 80, "/", ""), id="no path"),
        pytest.param("http://x?a", ("", "x", 80, "/", "?a"), id="a query behind the host"),
        pytest.param("http://x#a@y/b", ("", "x", 80, "/", ""), id="a fragment behind the host"),
        pytest.param("http://x:/a", ("", "x", 80, "/a", ""), id="an empty port"),
        pytest.param("http://x:0080/a", ("", "x", 80, "/a", ""), id="a port with leading zeros"),
        pytest.param("http://me:p%40w@x/a", ("me:p%40w", "x", 80, "/a", ""), id="a user name"),
        pytest.param("http://x/a@b\\c d", ("", "x", 80, "/a@b\\c d", ""), id="behind the host, marks are the path's"),
        pytest.param("http://my_service:1/", ("", "my_service", 1, "/", ""), id="an underscore"),
        pytest.param("http://x.example./", ("", "x.example.", 80, "/", ""), id="the root's dot"),
        pytest.param("http://b\u00fccher.example/", ("", "xn--bcher-kva.example", 80, "/", ""), id="an IDN"),
        pytest.param("http://BU\u0308CHER.example/", ("", "xn--bcher-kva.example", 80, "/", ""), id="decomposed"),
        pytest.param("http://127.0.0.1:1/", ("", "127.0.0.1", 1, "/", ""), id="an IPv4 address"),
        pytest.param("http://[0:0::0001]:1/", ("", "::1", 1, "/", ""), id="an IPv6 address"),
    ],
)  # fmt: skip
def test_an_http_url_has_these_parts(text: str, found: tuple[str, str, int, str, str]) -> None:
    assert parts(text) == found


@pytest.mark.parametrize(
    "authority",
    [
        pytest.param("", id="no host"),
        pytest.param(":80", id="a port alone"),
        pytest.param("me@", id="a user alone"),
        pytest.param("evil.example\\@x.example", id="a backslash"),
        pytest.param("evil.example\\.x.example", id="a backslash in the host"),
        pytest.param("x.exam\tple", id="a tab"),
        pytest.param("x.example\r\nHost: y", id="a line end"),
        pytest.param("x\x00.example", id="a NUL"),
        pytest.param("x\x7f.example", id="DEL"),
        pytest.param("x .example", id="a space"),
        pytest.param("x\u00a0.example", id="a no-break space"),
        pytest.param("x\u2028.example", id="a line separator"),
        pytest.param("a@b@x.example", id="two at signs"),
        pytest.param("a[b@x.example", id="a bracket in the user name"),
        pytest.param("j\u00f6@x.example", id="a user name that is not ASCII"),
        pytest.param("a%zz@x.example", id="a broken escape in the user name"),
        pytest.param("%78.example", id="an escape in the host"),
        pytest.param("127.0.0.1%2e", id="an escaped dot"),
        pytest.param("b%C3%BCcher.example", id="an escaped international name"),
        pytest.param("x.example:80:80", id="two ports"),
        pytest.param("x.example:a", id="a port in letters"),
        pytest.param("x.example:\u0668\u0660", id="a port in other digits"),
        pytest.param("x.example:0", id="port 0"),
        pytest.param("x.example:65536", id="a port out of range"),
        pytest.param("x.example:000080", id="a port of six digits"),
        pytest.param("[::1", id="a bracket that stays open"),
        pytest.param("::1", id="an IPv6 address without brackets"),
        pytest.param("[x.example]", id="a name in brackets"),
        pytest.param("[127.0.0.1]", id="an IPv4 address in brackets"),
        pytest.param("[v1.x]", id="an address of the future"),
        pytest.param("[fe80::1%25lo]", id="a zone"),
        pytest.param("[fe80::1%lo]", id="a zone, not escaped"),
        pytest.param("[::1]x.example", id="a name behind an address"),
        pytest.param("127.1", id="two numbers"),
        pytest.param("2130706433", id="one number"),
        pytest.param("0x7f.1", id="hexadecimal"),
        pytest.param("0x7f000001.", id="hexadecimal with a dot behind"),
        pytest.param("0177.0.0.1", id="octal"),
        pytest.param("127.0.0.01", id="octal at the end"),
        pytest.param("127.0.0.256", id="a number over 255"),
        pytest.param("127.0.0.1.", id="an IPv4 address with a dot behind"),
        pytest.param("1.2.3.4.5", id="five numbers"),
        pytest.param("x.0x", id="a name that ends in a number"),
        pytest.param("\uff11\uff12\uff17.0.0.1", id="full-width digits"),
        pytest.param("\u2460.0.0.1", id="digits in circles"),
        pytest.param("127\u30020\u30020\u30021", id="ideographic dots"),
        pytest.param("x\uff0eexample", id="a full-width dot"),
        pytest.param("\uff58.example", id="a full-width letter"),
        pytest.param("\u212a.example", id="the Kelvin sign, which is a k"),
        pytest.param("x\u2044y.example", id="a fraction slash"),
        pytest.param("\u2100.example", id="a/c in one character"),
        pytest.param("x\u00ad.example", id="a soft hyphen"),
        pytest.param("x\u200b.example", id="a zero-width space"),
        pytest.param("x..example", id="an empty label"),
        pytest.param(".x.example", id="a dot before"),
        pytest.param(".", id="a dot"),
        pytest.param("x.example..", id="two dots behind"),
        pytest.param(f"{'a' * 64}.example", id="a label of 64 characters"),
        pytest.param(".".join(["a" * 62] * 5), id="a name of more than 253 characters"),
        pytest.param("x*.example", id="a star"),
        pytest.param("x|y.example", id="a bar"),
        pytest.param("x^.example", id="a caret"),
        pytest.param("<x>.example", id="angle brackets"),
    ],
)
@pytest.mark.parametrize("scheme", ["http", "HTTPS"])
def test_an_authority_that_can_be_read_in_two_ways_is_refused(scheme: str, authority: str) -> None:
    with pytest.raises(SourceUnreachableError):
        SourceUrl.parse(f"{scheme}://{authority}/a")


@pytest.mark.parametrize("user", ["me:sec ret", "a@me:secret", "m%zz:secret", "me:secret\\", "me:\tsecret"])
def test_a_refusal_quotes_no_password(user: str) -> None:
    with pytest.raises(SourceUnreachableError) as caught:
        SourceUrl.parse(f"http://{user}@x..y/a")

    assert "sec" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["http:", "http:x", "http:/x/a", "http:///a", "http:\\\\x\\a", "http:/\\x/a", "http://x/\n"]
)
def test_an_http_url_without_an_authority_or_with_control_characters_is_refused(text: str) -> None:
    with pytest.raises(SourceUnreachableError):
        SourceUrl.parse(text)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/a/../b", "/b"), ("/a/./b", "/a/b"), ("/..", "/"), ("/a/..", "/"), ("/a/b/..", "/a/"), ("/a/.", "/a/"),
        ("/%2e%2E/b", "/b"), ("/a/.%2e/b", "/b"), ("/a//../b", "/a/b"), ("/../../b", "/b"), ("/a/..b/.c", "/a/..b/.c"),
        ("/a/...", "/a/..."), ("//a//b", "//a//b"),
    ],
)  # fmt: skip
def test_no_dot_segment_is_left_in_a_path(path: str, found: str) -> None:
    assert SourceUrl.parse(f"http://x{path}").path == found


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("local:///a/../b?c#d", "///a/../b?c#d"), ("s3://My_Bucket\\@x/a b%2f", "//My_Bucket\\@x/a b%2f"),
        ("LOCAL:/a", "/a"), ("a/b.jpg", "a/b.jpg"), ("//x/a", "//x/a"), ("", ""), (" http://x/", " http://x/"),
    ],
)  # fmt: skip
def test_what_is_not_http_stays_as_it_is(text: str, path: str) -> None:
    found = SourceUrl.parse(text)

    assert (found.path, found.host, found.query, found.is_http) == (path, "", "", False)


@pytest.mark.parametrize(
    ("text", "path"),
    [("s3://b/cat.nef?2", "//b/cat.nef"), ("http://x/cat.nef?2", "/cat.nef"), ("http://x/%3F", "/%3F")],
)
def test_a_bare_path_has_neither_query_nor_version(text: str, path: str) -> None:
    assert SourceUrl.parse(text).bare_path == path


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("http://User:pw@A.example:81/cat.png?x", "http://a.example:81"), ("https://x:443/", "https://x"),
        ("https://x:80/", "https://x:80"), ("http://[::1]:80/", "http://[::1]"), ("local:///a.png", "local://"),
        ("s3://Bucket/key", "s3://Bucket"), ("local:/a", "local://"), ("a.png", "://"),
    ],
)  # fmt: skip
def test_an_origin_is_scheme_host_and_port(text: str, origin: str) -> None:
    assert SourceUrl.parse(text).origin == origin


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/a b", "/a%20b"), ("/a%20b", "/a%20b"), ("/a%2Fb", "/a%2Fb"), ("/\u00e9", "/%C3%A9"), ("/%", "/%25"),
        ("//a//b", "//a//b"), ("/a?b=c d&e=%26", "/a?b=c%20d&e=%26"), ("", "/"), ("?a", "/?a"), ("/a?b?c", "/a?b?c"),
        ("/a?", "/a?"), ("/[a]|\"\\", "/[a]%7C%22%5C"), ("/%zz%41", "/%25zz%41"),
    ],
)  # fmt: skip
def test_a_target_is_escaped_where_it_must_be(path: str, target: str) -> None:
    assert SourceUrl.parse(f"http://x{path}").target == target


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("b?c", "http://me@x:81/a/b?c"), ("/b", "http://me@x:81/b"), ("?c", "http://me@x:81/a/cat?c"),
        ("#d", "http://me@x:81/a/cat?q"), ("", "http://me@x:81/a/cat?q"), ("../b", "http://me@x:81/b"),
        ("//y/b", "http://y/b"), ("https://y", "https://y/"), ("/\\y/b", "http://me@x:81/%5Cy/b"),
    ],
)  # fmt: skip
def test_a_reference_is_resolved(reference: str, found: str) -> None:
    joined, whole = SourceUrl.parse("http://me@x:81/a/cat?q").joined(reference), SourceUrl.parse(found)

    assert (joined.origin, joined.userinfo, joined.target) == (whole.origin, whole.userinfo, whole.target)


@pytest.mark.parametrize("reference", ["http:b", "https:/y/b", "//y\\@x/", "//", "\tb", "///b"])
def test_a_reference_that_can_be_read_in_two_ways_is_refused(reference: str) -> None:
    with pytest.raises(SourceUnreachableError):
        SourceUrl.parse("http://x/a").joined(reference)


@given(st.text("ab.:/?#@[]\\%2e1\u00fc\uff0e\t ", max_size=12))
def test_parsing_its_parts_gives_them_again(text: str) -> None:
    try:
        found = SourceUrl.parse(f"http://{text}")
    except SourceUnreachableError:
        return

    again = SourceUrl.parse(f"{found.origin}{found.target}")

    assert (again.host, again.port, again.target) == (found.host, found.port, found.target)


@given(st.text(max_size=20))
def test_a_host_name_is_ascii_and_its_own_spelling(text: str) -> None:
    try:
        found = host_name(text)
    except ValueError:
        return

    assert found.isascii()
    assert host_name(found) == found


@pytest.mark.parametrize("target", ["/a/../b", "//x//y", "/a%20b?v=%2F&x-id=1", "/", "/.", "/a;b@c:d"])
def test_what_a_store_signs_is_asked_for_as_it_stands(target: str) -> None:
    server = SourceUrl.parse("https://bucket.example:8443/ignored?x")

    assert server.asking(target).target == target
    assert server.asking(target).origin == "https://bucket.example:8443"


@pytest.mark.parametrize("target", ["", "a", "/ ", "/ü", "/%", "/%2f", "/a#b", "/[", "/a?b?c d"])
def test_what_would_be_sent_in_another_way_is_not_asked_for(target: str) -> None:
    with pytest.raises(ValueError, match="as it stands"):
        SourceUrl.parse("https://bucket.example/").asking(target)


def test_people_are_shown_an_alias_of_a_secret_source() -> None:
    secret = SourceUrl.parse("https://me:hush@hush.example:8443/hush.png?hush").hidden("enc/AAEC...")

    assert "hush" not in f"{secret} {secret!r} {secret.told_origin}"
    assert secret.origin == "https://hush.example:8443"


@pytest.mark.parametrize("reference", ["/b", "//other/b", "http://other/b", "b", "?b", ""])
def test_what_a_secret_source_redirects_to_is_as_secret(reference: str) -> None:
    secret = SourceUrl.parse("https://hush.example/hush.png").hidden("enc/AAEC...")

    assert str(secret.joined(reference)) == "enc/AAEC..."


def test_a_secret_source_is_the_one_that_it_would_be_if_it_were_none() -> None:
    source = SourceUrl.parse("https://example.com/a.png")

    assert source.hidden("enc/AAEC...") == source
    assert str(source.hidden("enc/AAEC...").asking("/b")) == "enc/AAEC..."
