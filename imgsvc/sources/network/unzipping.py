"""Decompresses a body as it comes, in pieces so small that a bomb is stopped before it goes off."""

import zlib
from collections.abc import Callable, Iterator

from imgsvc.errors import SourceIncompleteError

# Of decompressed data in one piece.
PIECE_BYTES = 64 * 1024
_GZIP = zlib.MAX_WBITS | 16
_GZIP_BEGINS = b"\x1f\x8b"

Decoder = Callable[[Iterator[bytes]], Iterator[bytes]]


def decoder(content_encoding: str) -> Decoder | None:
    """What undoes this Content-Encoding; None where there is nothing to undo, or nobody here knows how.

    One coding and no more: of two, the first could come to any size without a byte in the end.
    """
    codings = [each.strip().lower() for each in content_encoding.split(",")]
    match [each for each in codings if each not in ("", "identity")]:
        # RFC 9110 8.4.1.3: the two are one.
        case ["gzip" | "x-gzip"]:
            return unzipped
        case ["deflate"]:
            return inflated
    return None


def unzipped(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The content of one or more gzip members; raises SourceIncompleteError where they are broken or cut.

    What is behind them and no member is passed over, as gzip and browsers do: servers pad with zeros.
    """
    member = zlib.decompressobj(_GZIP)
    left = b""
    for chunk in chunks:
        left += chunk
        while left:
            if member.eof:
                left = left.lstrip(b"\0")
                if not left.startswith(_GZIP_BEGINS[: len(left)]):
                    return
                if len(left) < len(_GZIP_BEGINS):
                    break
                member = zlib.decompressobj(_GZIP)
            if piece := _decompressed(member, left, "gzip"):
                yield piece
            left = member.unused_data if member.eof else member.unconsumed_tail
    if not member.eof:
        raise SourceIncompleteError("the source's gzip encoding ends early")


def inflated(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """What is in a zlib stream, or in one without its header and checksum, which some servers call deflate."""
    stream, left = None, b""
    for chunk in chunks:
        left += chunk
        if stream is None and len(left) >= 2:
            stream = zlib.decompressobj(zlib.MAX_WBITS if _is_zlib(left) else -zlib.MAX_WBITS)
        while stream and left and not stream.eof:
            if piece := _decompressed(stream, left, "deflate"):
                yield piece
            left = stream.unconsumed_tail
    # Without a checksum at its end, what is read may be more than what has come out.
    while stream and not stream.eof and (piece := _decompressed(stream, b"", "deflate")):
        yield piece
    if not (stream and stream.eof):
        raise SourceIncompleteError("the source's deflate encoding ends early")


def _is_zlib(beginning: bytes) -> bool:
    """RFC 1950 2.2."""
    return beginning[0] & 0x0F == 8 and int.from_bytes(beginning[:2], "big") % 31 == 0


def _decompressed(stream: "zlib._Decompress", data: bytes, coding: str) -> bytes:
    try:
        return stream.decompress(data, PIECE_BYTES)
    except zlib.error as error:
        raise SourceIncompleteError(f"the source's {coding} encoding is broken: {error}") from error
