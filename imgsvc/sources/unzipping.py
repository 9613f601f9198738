"""Decompresses a gzip body as it comes, in pieces so small that a bomb is stopped before it goes off."""

import zlib
from collections.abc import Iterator

from imgsvc.errors import SourceIncompleteError

# Of decompressed data in one piece.
PIECE_BYTES = 64 * 1024
_GZIP = zlib.MAX_WBITS | 16


def unzipped(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The content of one or more gzip members; raises SourceIncompleteError where they are broken or cut."""
    member = zlib.decompressobj(_GZIP)
    for chunk in chunks:
        left = chunk
        while left:
            if member.eof:
                member = zlib.decompressobj(_GZIP)
            piece = _decompressed(member, left)
            if piece:
                yield piece
            left = member.unused_data if member.eof else member.unconsumed_tail
    if not member.eof:
        raise SourceIncompleteError("the source's gzip encoding ends early")


def _decompressed(member: "zlib._Decompress", chunk: bytes) -> bytes:
    try:
        return member.decompress(chunk, PIECE_BYTES)
    except zlib.error as error:
        raise SourceIncompleteError(f"the source's gzip encoding is broken: {error}") from error
