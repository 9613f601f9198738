"""Parts: as much of a file as is there; who reads what is not says which part of it is missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field


class MissingPartError(Exception):
    """The bytes from `start` to before `end` are needed, of which some are not there; `end` may lie beyond the file."""

    def __init__(self, start: int, end: int) -> None:
        super().__init__(f"bytes {start} to {end} are not there")
        self.start, self.end = start, end


@dataclass(frozen=True, slots=True)
class Parts:
    """Bytes of a file by where they begin; no two of them touch. `size` is the file's, None where nobody knows."""

    pieces: Mapping[int, bytes] = field(default_factory=dict)
    size: int | None = None

    @classmethod
    def whole(cls, data: bytes) -> "Parts":
        """All of a file."""
        return cls({0: data}, len(data))

    @property
    def there(self) -> int:
        """How many bytes are."""
        return sum(map(len, self.pieces.values()))

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return self.size is not None and len(self.pieces.get(0, b"")) >= self.size

    @property
    def beginning(self) -> bytes:
        """The bytes from the first on."""
        return self.pieces.get(0, b"")

    def read(self, start: int, length: int) -> bytes:
        """So many bytes from there on, fewer at the end of the file; MissingPartError for what is not there."""
        end = start + length if self.size is None else min(start + length, self.size)
        if end <= start:
            return b""
        for begin, piece in self.pieces.items():
            if begin <= start and end <= begin + len(piece):
                return piece[start - begin : end - begin]
        raise MissingPartError(start, end)

    def with_piece(self, start: int, piece: bytes) -> "Parts":
        """The same with these bytes too; what touches is joined."""
        end = start + len(piece)
        kept: dict[int, bytes] = {}
        for begin, other in self.pieces.items():
            behind = begin + len(other)
            if behind < start or begin > end:
                kept[begin] = other
                continue
            if begin < start:
                piece, start = other[: start - begin] + piece, begin
            if behind > end:
                piece, end = piece + other[end - begin :], behind
        return Parts({**kept, start: piece}, self.size)
