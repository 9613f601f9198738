"""What sources over HTTP say and are asked, and what that comes to: a table of what is true, who says so, what imgproxy
4.0.12 was seen to do, and what imgsvc does.

Where the two differ, docs/differences.md has it.
"""

# ruff: noqa: E501 (a row is a line)

import gzip
import zlib
from dataclasses import dataclass

from tests.images import encoded, quadrants

PICTURE = encoded(quadrants(), "png")
SIZE = len(PICTURE)
ZIPPED = gzip.compress(PICTURE, mtime=0)

# Outcomes that are no picture: the status that the client gets.
UNREACHABLE, INCOMPLETE = 404, 422
# The body as it came, which no decoder knows: 422 in the end.
UNDECODED = "undecoded"


@dataclass(frozen=True, slots=True)
class Truth:
    """An answer, byte for byte; `ours` and `imgproxys` are PICTURE, a status, or UNDECODED."""

    name: str
    said_by: str
    answer: bytes
    ours: object
    imgproxys: object


def ok(*fields: str, body: bytes = PICTURE, length: bool = True) -> bytes:
    """200 with these fields, and a length unless told not to."""
    lines = ["HTTP/1.1 200 OK", *fields, *([f"Content-Length: {len(body)}"] if length else [])]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def coded(coding: str, body: bytes) -> bytes:
    """200 with a Content-Encoding."""
    return ok(f"Content-Encoding: {coding}", body=body)


EARLY = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
CHUNK = b"%x\r\n" % SIZE + PICTURE + b"\r\n"

ANSWERS = [
    Truth("150 fields", "no limit in RFC 9110", ok(*(f"X-{n}: y" for n in range(150))), PICTURE, PICTURE),
    Truth("5,000 fields", "no limit in RFC 9110", ok(*(f"X-{n}: y" for n in range(5000))), PICTURE, PICTURE),
    Truth("a field of 70 KB", "no limit in RFC 9110", ok("X: " + "x" * 70_000), PICTURE, PICTURE),
    Truth("a head of 2 MB", "RFC 9110 5.4: any limit", ok("X: " + "x" * 2_000_000), UNREACHABLE, PICTURE),
    Truth("150 fields before the answer", "RFC 9110 15.2", EARLY[:-2] + b"X: y\r\n" * 150 + b"\r\n" + ok(), PICTURE, PICTURE),
    Truth("100 before the answer", "RFC 9110 15.2", b"HTTP/1.1 100 Continue\r\n\r\n" * 3 + ok(), PICTURE, PICTURE),
    Truth("103 before the answer", "RFC 9110 15.2", EARLY * 6 + ok(), PICTURE, PICTURE),
    Truth("103 eleven times", "RFC 9110 15.2: any number", EARLY * 11 + ok(), UNREACHABLE, PICTURE),
    Truth("101", "RFC 9110 15.2.2: not asked for", b"HTTP/1.1 101 Other\r\n\r\n" + ok(), UNREACHABLE, UNREACHABLE),
    Truth("no reason", "RFC 9112 4", b"HTTP/1.1 200\r\n" + ok().partition(b"\r\n")[2], PICTURE, PICTURE),
    Truth("HTTP/1.0", "RFC 9112 2.3", b"HTTP/1.0 200 OK\r\n\r\n" + PICTURE, PICTURE, PICTURE),
    Truth("HTTP/0.9", "RFC 9112 2.3", PICTURE, UNREACHABLE, UNREACHABLE),
    Truth("lines that end in LF", "RFC 9112 2.2", ok().replace(b"\r\n", b"\n", 3), PICTURE, PICTURE),
    Truth("a continued line", "RFC 9112 5.2", ok("X: a\r\n b"), PICTURE, PICTURE),
    Truth("a blank before the colon", "RFC 9112 5.1: to be removed", ok("X : a"), PICTURE, PICTURE),
    Truth("a line without a colon", "browsers pass it over", ok("no colon"), PICTURE, UNREACHABLE),
    Truth("a head that ends early", "RFC 9112 8", b"HTTP/1.1 200 OK\r\nX: y\r\n", UNREACHABLE, INCOMPLETE),
    Truth("gzip", "RFC 9110 8.4.1.3", coded("gzip", ZIPPED), PICTURE, PICTURE),
    Truth("GZIP", "RFC 9110 8.4.1: case-insensitive", coded("GZIP", ZIPPED), PICTURE, INCOMPLETE),
    Truth("x-gzip", "RFC 9110 8.4.1.3: as gzip", coded("x-gzip", ZIPPED), PICTURE, INCOMPLETE),
    Truth("gzip, identity", "RFC 9110 8.4", coded("gzip, identity", ZIPPED), PICTURE, INCOMPLETE),
    Truth("gzip of two members", "RFC 1952 2.2", coded("gzip", gzip.compress(PICTURE[:9]) + gzip.compress(PICTURE[9:])), PICTURE, PICTURE),
    Truth("zeros behind gzip", "gzip(1), browsers", coded("gzip", ZIPPED + bytes(512)), PICTURE, INCOMPLETE),
    Truth("other bytes behind gzip", "gzip(1), browsers", coded("gzip", ZIPPED + b"garbage"), PICTURE, INCOMPLETE),
    Truth("gzip that is none", "browsers refuse it", coded("gzip", PICTURE), INCOMPLETE, 500),
    Truth("gzip of nothing", "RFC 1952", coded("gzip", b""), INCOMPLETE, 500),
    Truth("gzip cut off", "RFC 1952", coded("gzip", ZIPPED[:-9]), INCOMPLETE, INCOMPLETE),
    Truth("deflate", "RFC 9110 8.4.1.2", coded("deflate", zlib.compress(PICTURE)), PICTURE, INCOMPLETE),
    Truth("deflate without zlib", "RFC 9110 8.4.1.2, note", coded("deflate", zlib.compress(PICTURE, wbits=-15)), PICTURE, INCOMPLETE),
    Truth("br that nobody asked for", "RFC 9110 12.5.3", coded("br", b"\x0b\x02\x80abc\x03"), UNDECODED, INCOMPLETE),
    Truth("zstd that nobody asked for", "RFC 9110 12.5.3", coded("zstd", b"\x28\xb5\x2f\xfd\x04\x00"), UNDECODED, INCOMPLETE),
    Truth("two codings", "RFC 9110 8.4", coded("gzip, gzip", gzip.compress(ZIPPED)), UNDECODED, INCOMPLETE),
    Truth("a coding that is none", "common: utf-8, none, aws-chunked", coded("aws-chunked", PICTURE), PICTURE, PICTURE),
    Truth("a length that is too large", "RFC 9112 8", ok(f"Content-Length: {SIZE + 5}", length=False), INCOMPLETE, INCOMPLETE),
    Truth("a length that is too small", "RFC 9112 6.3", ok(f"Content-Length: {SIZE}", body=PICTURE + b"more", length=False), PICTURE, PICTURE),
    Truth("the same length twice", "RFC 9112 6.3", ok(f"Content-Length: {SIZE}"), PICTURE, PICTURE),
    Truth("the same length twice in a line", "RFC 9112 6.3", ok(f"Content-Length: {SIZE}, {SIZE}", length=False), PICTURE, UNREACHABLE),
    Truth("two lengths", "RFC 9112 6.3", ok("Content-Length: 3"), UNREACHABLE, UNREACHABLE),
    Truth("a length with a sign", "RFC 9112 6.3", ok(f"Content-Length: +{SIZE}", length=False), UNREACHABLE, UNREACHABLE),
    Truth("a negative length", "RFC 9112 6.3", ok("Content-Length: -1", length=False), UNREACHABLE, UNREACHABLE),
    Truth("no length", "RFC 9112 6.3", ok(length=False), PICTURE, PICTURE),
    Truth("chunks", "RFC 9112 7.1", ok("Transfer-Encoding: chunked", body=CHUNK + b"0\r\nX: y\r\n\r\n", length=False), PICTURE, PICTURE),
    Truth("CHUNKS", "RFC 9110 10.1.4", ok("Transfer-Encoding: Chunked", body=CHUNK + b"0\r\n\r\n", length=False), PICTURE, PICTURE),
    Truth("chunks beside a length", "RFC 9112 6.3", ok("Transfer-Encoding: chunked", body=CHUNK + b"0\r\n\r\n"), PICTURE, PICTURE),
    Truth("chunks without an end", "RFC 9112 8", ok("Transfer-Encoding: chunked", body=CHUNK, length=False), INCOMPLETE, INCOMPLETE),
    Truth("gzip, chunked", "RFC 9112 6.1: unknown here", ok("Transfer-Encoding: gzip, chunked", body=CHUNK, length=False), UNREACHABLE, UNREACHABLE),
    Truth("chunked twice", "RFC 9112 6.1: not allowed", ok("Transfer-Encoding: chunked, chunked", body=CHUNK, length=False), UNREACHABLE, UNREACHABLE),
    Truth("transfer coding identity", "RFC 2616 3.6", ok("Transfer-Encoding: identity", length=False), PICTURE, UNREACHABLE),
    Truth("a whole as a part", "RFC 9110 15.3.7", ok(f"Content-Range: bytes 0-{SIZE - 1}/{SIZE}").replace(b"200", b"206", 1), PICTURE, PICTURE),
    Truth("a part", "not asked for", ok(f"Content-Range: bytes 0-{SIZE - 1}/{SIZE + 9}").replace(b"200", b"206", 1), UNREACHABLE, UNREACHABLE),
    Truth("204", "RFC 9110 15.3.5", b"HTTP/1.1 204 No\r\n\r\n", UNREACHABLE, UNREACHABLE),
]  # fmt: skip

# A Location, and what is asked for then; imgproxy asks for the same.
LOCATIONS = [
    (b"/\xe9.png", "/%E9.png"),
    ("/\u00e9.png".encode(), "/%C3%A9.png"),
    (b"/a b.png", "/a%20b.png"),
    (b"\t /a.png \t", "/a.png"),
    (b"/a.png#f", "/a.png"),
    (b"\\a.png", "/%5Ca.png"),
    (b"/a%7e[b].png?c=%7e", "/a%7e[b].png?c=%7e"),
    (b"/a.png\r\nLocation: /b.png", "/a.png"),
]

# What is behind the port of a URL, what is asked for, and what imgproxy asks for, where that is something else.
TARGETS = [
    ("", "/", ""), ("/", "/", ""), ("?", "/?", ""), ("/a?", "/a?", ""), ("/a??", "/a??", ""), ("/a?#f", "/a?", ""),
    ("/a%7eb", "/a%7eb", ""), ("/a%7Eb", "/a%7Eb", ""), ("/a~b", "/a~b", ""), ("/a%5bb", "/a%5bb", ""),
    ("/a[b]", "/a[b]", ""), ("/a?x=[1]", "/a?x=[1]", ""), ("/a?x=%5b", "/a?x=%5b", ""), ("/a%2fb", "/a%2fb", ""),
    ("/a%e9b", "/a%e9b", ""), ("/a\udce9b", "/a%E9b", ""), ("/\u00e9", "/%C3%A9", ""), ("/a b", "/a%20b", ""),
    ("/a|b^c`d{e}", "/a%7Cb%5Ec%60d%7Be%7D", ""), ("/a\"<b>\\", "/a%22%3Cb%3E%5C", ""), ("//a//b", "//a//b", ""),
    ("/a!$&'()*+,;=:@", "/a!$&'()*+,;=:@", ""), ("/a?%", "/a?%", ""), ("/a?x=50%&y=%zz", "/a?x=50%&y=%zz", ""),
    ("/a?x='`{}|\\^", "/a?x='`{}|\\^", ""), ("/a?x=y z", "/a?x=y%20z", "/a?x=y z"),
    ("/a?x=\u00e9", "/a?x=%C3%A9", "/a?x=\u00c3\u00a9"), ("/a?x=\"<>", "/a?x=%22%3C%3E", '/a?x="<>'),
    # imgproxy refuses them.
    ("/%", "/%25", "404"), ("/a%zz", "/a%25zz", "404"),
    # As browsers do: what is compared with ALLOWED_SOURCES is what is asked for.
    ("/a/../b", "/b", "/a/../b"), ("/a/./b", "/a/b", "/a/./b"), ("/a/%2e%2E/b", "/b", "/a/%2e%2E/b"),
    ("/../b", "/b", "/../b"), ("/a/.", "/a/", "/a/."), ("/.a/..b/c.", "/.a/..b/c.", ""),
]  # fmt: skip

# Host, the Host header without its port, and the credentials that are sent.
HOSTS = [
    ("127.0.0.1", "127.0.0.1", ""),
    ("LOCALHOST", "localhost", ""),
    ("localhost.", "localhost.", ""),
    ("[::1]", "[::1]", ""),
    ("[0:0:0:0:0:0:0:1]", "[::1]", ""),
    ("tok@127.0.0.1", "127.0.0.1", "tok:"),
    ("tok:@127.0.0.1", "127.0.0.1", "tok:"),
    (":pw@127.0.0.1", "127.0.0.1", ":pw"),
    ("t%40k:p%3Aw@127.0.0.1", "127.0.0.1", "t@k:p:w"),
    # imgproxy sends an empty name and password.
    ("@127.0.0.1", "127.0.0.1", ""),
    ("b\u00fccher.test", "xn--bcher-kva.test", ""),
    ("B\u00dcCHER.test", "xn--bcher-kva.test", ""),
    ("xn--bcher-kva.test", "xn--bcher-kva.test", ""),
    ("six.test", "six.test", ""),
    ("six.test.", "six.test.", ""),
]
