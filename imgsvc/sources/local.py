"""The source behind local:///: files below one directory, served as an HTTP server would serve them.

SECURITY: `..` cannot leave the root, and neither can a symlink (COMPAT: imgproxy follows those out).
Only regular files are read: a FIFO would block, a device may do anything.
"""

import errno
import os
import posixpath
import stat
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from imgsvc.errors import SourceUnreachableError
from imgsvc.runtime.exhaustion import exhausted
from imgsvc.runtime.scope import Scope
from imgsvc.sources.keys import parse_key
from imgsvc.sources.media import media_type
from imgsvc.sources.source import SourceRequest, Stream
from imgsvc.sources.validators import Span, is_current, is_in_bytes, may_resume, requested_span

CHUNK_BYTES = 256 * 1024
SNIFFED_BYTES = 512


@dataclass(slots=True)
class FileStream(Stream):
    """A file's answer: `left` bytes from where `file` stands; no file where there is no body."""

    status: int
    headers: Mapping[str, str]
    file: BinaryIO | None = None
    left: int = 0

    def chunks(self) -> Iterator[bytes]:
        """The body; it ends early if the file has been cut since it was opened."""
        while self.file and (chunk := self.file.read(min(CHUNK_BYTES, self.left))):
            self.left -= len(chunk)
            yield chunk

    def close(self) -> None:
        """Close the file."""
        if self.file:
            self.file.close()
            self.file = None


class LocalSource:
    """Reads files below `root`; `query_separator` cuts a version off, which is ignored."""

    def __init__(self, root: Path, query_separator: str = "?") -> None:
        self._root = root.resolve()
        self._query_separator = query_separator

    def open(self, request: SourceRequest, scope: Scope) -> FileStream:
        """The file's answer: 200, or 304, 206 or 416 where the request's headers ask for it."""
        scope.check()
        key = posixpath.normpath("/" + parse_key(request.source, self._query_separator).key)
        try:
            file = _opened(self._root, key)
        # RuntimeError: what Python before 3.13 calls a loop of symlinks. ValueError: a NUL, or out of the root.
        except (OSError, ValueError, RuntimeError) as error:
            raise exhausted(error) or SourceUnreachableError(f"{request.source}: {error}") from error
        return _answer(file, key, request.headers)


def _answer(file: BinaryIO, key: str, headers: Mapping[str, str]) -> FileStream:
    status = os.fstat(file.fileno())
    validators = {"etag": _etag(key, status), "last-modified": formatdate(int(status.st_mtime), usegmt=True)}
    if is_current(validators, headers):
        file.close()
        return FileStream(304, validators)
    described = {"accept-ranges": "bytes", "content-type": media_type(_beginning(file), key)}
    # RFC 9110 15.3.7: a part has the validators of the whole, so that it is joined with nothing else.
    described |= validators
    if is_in_bytes(asked := headers.get("range", "")) and may_resume(validators, headers):
        return _partial(file, requested_span(asked, status.st_size), status.st_size, described)
    return FileStream(200, {**described, "content-length": str(status.st_size)}, file, status.st_size)


def _partial(file: BinaryIO, span: Span | None, size: int, described: Mapping[str, str]) -> FileStream:
    if span is None:
        file.close()
        return FileStream(416, {"accept-ranges": "bytes", "content-range": f"bytes */{size}", "content-length": "0"})
    file.seek(span.first)
    extent = {"content-range": f"bytes {span.first}-{span.last}/{size}", "content-length": str(span.length)}
    return FileStream(206, {**described, **extent}, file, span.length)


def _beginning(file: BinaryIO) -> bytes:
    beginning = file.read(SNIFFED_BYTES)
    file.seek(0)
    return beginning


def _etag(key: str, status: os.stat_result) -> str:
    digest = sha256(f"{key}__{status.st_size}__{status.st_mtime_ns}".encode("utf-8", "surrogateescape"))
    return f'"{urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()}"'


def _opened(root: Path, key: str) -> BinaryIO:
    """The regular file that `key` leads to; an OSError or ValueError where there is none below `root`."""
    path = root.joinpath(key.lstrip("/")).resolve(strict=True)
    descriptor = _walked(root, path.relative_to(root))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "not a regular file")
    return open(descriptor, "rb", buffering=0)  # noqa: PTH123 (the stream closes it)


def _walked(root: Path, path: Path) -> int:
    """Open `path`, which holds no symlinks any more, one directory at a time.

    SECURITY: a directory that has become a symlink since `path` was resolved is an error here, and not a way out.
    """
    directory = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    for index, name in enumerate(path.parts, 1):
        kind = os.O_NONBLOCK if index == len(path.parts) else os.O_DIRECTORY
        try:
            below = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NOCTTY | kind, dir_fd=directory)
        finally:
            os.close(directory)
        directory = below
    return directory
