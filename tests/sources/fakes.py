"""Sources and streams that are told what to give."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from imgsvc.runtime.scope import Scope
from imgsvc.sources.source import SourceRequest, Stream


@dataclass(slots=True)
class FakeStream(Stream):
    """An answer; an error among its chunks is raised when its turn comes."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: tuple[bytes | BaseException, ...] = ()
    taken: int = 0
    is_closed: bool = False

    def chunks(self) -> Iterator[bytes]:
        """The pieces in order."""
        for piece in self.pieces:
            self.taken += 1
            if isinstance(piece, BaseException):
                raise piece
            yield piece

    def close(self) -> None:
        """Remember it."""
        self.is_closed = True


@dataclass(slots=True)
class FakeSource:
    """Gives the same stream to everyone."""

    stream: FakeStream
    requests: list[SourceRequest] = field(default_factory=list)

    def open(self, request: SourceRequest, scope: Scope) -> FakeStream:
        """Give the stream."""
        self.requests.append(request)
        return self.stream
