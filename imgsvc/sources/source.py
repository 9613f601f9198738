"""What a source is: something that opens a stream for a URL.

Rules: `open` raises an error of the catalogue and nothing else, and never reads the body; whoever opens a stream
closes it. Status mapping, size limits, decompression and deadlines of the body are body.py's.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from imgsvc.parts import Parts
from imgsvc.runtime.scope import Scope
from imgsvc.source_url import SourceUrl

IsAllowed = Callable[[SourceUrl], bool]


@dataclass(frozen=True, slots=True)
class SourceRequest:
    """What is asked of a source; header names are lower case."""

    source: SourceUrl
    headers: Mapping[str, str] = field(default_factory=dict)


class Stream(Protocol):
    """A source's answer whose body has not been read; header names are lower case."""

    status: int
    headers: Mapping[str, str]

    def chunks(self) -> Iterator[bytes]:
        """The body as it comes, still encoded; raises SourceError."""

    def close(self) -> None:
        """Give the connection or the file back; may be called twice."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Source(Protocol):
    """A place that images come from."""

    def open(self, request: SourceRequest, scope: Scope) -> Stream:
        """Ask for `request.source` within the scope's time; any status is an answer."""


def awaited(source: Source, url: SourceUrl) -> str:
    """The origin whose answer a fetch of `url` waits for first; a source that has others than its own says so."""
    told: Callable[[SourceUrl], str] | None = getattr(source, "awaited", None)
    return told(url) if told else url.origin


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole source image; or, with status 304, the word that the client's copy is still good."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    # What was fetched of it where that is not the whole; then there is no body.
    parts: Parts | None = None

    @property
    def is_not_modified(self) -> bool:
        """The source said 304."""
        return self.status == 304
