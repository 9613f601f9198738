"""Twin of imgsvc/sources/local.py."""

import os
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imgsvc.errors import SourceUnreachableError
from imgsvc.runtime.scope import Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.local import FileStream, LocalSource
from imgsvc.sources.source import SourceRequest
from tests.descriptors import open_descriptors
from tests.sources.contract import BODY, Served, SourceContract


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    below = tmp_path / "root"
    (below / "in").mkdir(parents=True)
    (below / "in" / "a.jpg").write_bytes(BODY)
    return below


def opened(root: Path, key: str, **headers: str) -> FileStream:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return LocalSource(root).open(SourceRequest(SourceUrl.parse(f"local:///{key}"), named), Scope(5))


def body(stream: FileStream) -> bytes:
    with stream:
        return b"".join(stream.chunks())


def headers(root: Path, key: str) -> Mapping[str, str]:
    with opened(root, key) as stream:
        return stream.headers


class TestContract(SourceContract):
    @pytest.fixture
    def served(self, root: Path) -> Served:
        return Served(LocalSource(root), "local:///in/a.jpg", "local:///in/b.jpg")


@pytest.mark.parametrize(
    "key",
    [
        "in/a.jpg", "/in/a.jpg", "in//a.jpg", "./in/a.jpg", "in/../in/a.jpg", "../in/a.jpg", "../../../in/a.jpg",
        "in/a.jpg?v=2", "x/../in/a.jpg",
    ],
)  # fmt: skip
def test_a_path_is_cleaned_within_the_root(root: Path, key: str) -> None:
    assert body(opened(root, key)) == BODY


def test_the_host_is_ignored(root: Path) -> None:
    with LocalSource(root).open(SourceRequest(SourceUrl.parse("local://host/in/a.jpg")), Scope(5)) as stream:
        assert stream.status == 200


@pytest.mark.parametrize(
    "key",
    [
        "", "in", "in/", "in/a.jpg/b", "in/none.jpg", "../secret.jpg", "in/../../secret.jpg",
        "%2e%2e/secret.jpg", "..%2fsecret.jpg", "in/a.jpg\0", "\0", "a" * 300, "a/" * 3000, "in\\a.jpg", "\udcff",
    ],
)  # fmt: skip
def test_what_is_no_file_below_the_root_is_unreachable(root: Path, key: str) -> None:
    with pytest.raises(SourceUnreachableError):
        opened(root, key)


def test_a_symlink_within_the_root_is_followed(root: Path) -> None:
    (root / "link.jpg").symlink_to("in/a.jpg")
    (root / "directory").symlink_to(root / "in")

    assert body(opened(root, "link.jpg")) == body(opened(root, "directory/a.jpg")) == BODY


@pytest.mark.parametrize("target", ["../secret.jpg", "/etc/passwd", "link.jpg"])
def test_a_symlink_out_of_the_root_is_not(root: Path, target: str) -> None:
    (root / "link.jpg").symlink_to(target)

    with pytest.raises(SourceUnreachableError):
        opened(root, "link.jpg")


def test_a_directory_that_leads_out_of_the_root_is_not_entered(root: Path) -> None:
    (root / "out").symlink_to(root.parent)

    with pytest.raises(SourceUnreachableError):
        opened(root, "out/secret.jpg")


def test_the_root_itself_may_be_a_symlink(root: Path, tmp_path: Path) -> None:
    (tmp_path / "alias").symlink_to(root)

    assert body(opened(tmp_path / "alias", "in/a.jpg")) == BODY


def test_a_fifo_is_refused_and_does_not_block(root: Path) -> None:
    os.mkfifo(root / "pipe.jpg")

    with pytest.raises(SourceUnreachableError, match="not a regular file"):
        opened(root, "pipe.jpg")


def test_a_device_is_refused() -> None:
    with pytest.raises(SourceUnreachableError, match="not a regular file"):
        opened(Path("/dev"), "zero")


def test_refused_files_leave_no_descriptor_open(root: Path) -> None:
    os.mkfifo(root / "pipe.jpg")

    for key in ("pipe.jpg", "in", "in/none.jpg"):
        with pytest.raises(SourceUnreachableError):
            opened(root, key)

    assert open_descriptors(str(root)) == []


def test_a_file_is_described_as_by_an_http_server(root: Path) -> None:
    os.utime(root / "in" / "a.jpg", ns=(0, 1_445_412_480_123_456_789))
    digest = sha256(f"/in/a.jpg__{len(BODY)}__1445412480123456789".encode()).digest()

    described = headers(root, "in/a.jpg")

    assert described == {
        "accept-ranges": "bytes",
        "content-type": "image/jpeg",
        "content-length": str(len(BODY)),
        "etag": f'"{urlsafe_b64encode(digest).rstrip(b"=").decode()}"',
        "last-modified": "Wed, 21 Oct 2015 07:28:00 GMT",
    }


def test_the_etag_changes_with_the_file(root: Path) -> None:
    before = headers(root, "in/a.jpg")["etag"]

    (root / "in" / "a.jpg").write_bytes(BODY + b"x")

    assert headers(root, "in/a.jpg")["etag"] != before


def test_not_modified_since_is_answered_with_both_validators(root: Path) -> None:
    modified = headers(root, "in/a.jpg")["last-modified"]

    stream = opened(root, "in/a.jpg", if_modified_since=modified)

    assert stream.status == 304
    assert set(stream.headers) == {"etag", "last-modified"}


def test_a_part_has_the_headers_of_the_whole(root: Path) -> None:
    whole = headers(root, "in/a.jpg")

    stream = opened(root, "in/a.jpg", range="bytes=10-19")

    of_the_part = {"content-range": f"bytes 10-19/{len(BODY)}", "content-length": "10"}
    assert (stream.status, stream.headers) == (206, {**whole, **of_the_part})
    assert body(stream) == BODY[10:20]


@pytest.mark.parametrize(
    "headers",
    [{"range": "lines=0-9"}, {"range": "bytes=0-9", "if_range": '"old"'}, {"if_range": '"old"'}],
    ids=["another unit", "another version", "no range"],
)
def test_a_range_that_is_not_meant_for_this_file_gives_the_whole(root: Path, headers: Mapping[str, str]) -> None:
    stream = opened(root, "in/a.jpg", **headers)

    assert (stream.status, body(stream)) == (200, BODY)


def test_a_range_that_cannot_be_given_is_416(root: Path) -> None:
    stream = opened(root, "in/a.jpg", range="bytes=99999999-")

    assert (stream.status, stream.headers["content-range"]) == (416, f"bytes */{len(BODY)}")
    assert body(stream) == b""


def test_a_file_that_grows_gives_no_more_than_was_said(root: Path) -> None:
    stream = opened(root, "in/a.jpg")

    (root / "in" / "a.jpg").write_bytes(BODY + b"more")

    assert body(stream) == BODY


def test_a_key_is_not_cut_where_the_separator_is_empty(root: Path) -> None:
    (root / "what?.jpg").write_bytes(b"x")

    with LocalSource(root, "").open(SourceRequest(SourceUrl.parse("local:///what?.jpg")), Scope(5)) as stream:
        assert stream.status == 200


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(key=st.text(st.sampled_from("./ain\0%\\jpg~")))
def test_no_key_reads_anything_but_the_one_file(root: Path, key: str) -> None:
    try:
        read = body(opened(root, key))
    except SourceUnreachableError:
        return

    assert read == BODY
