"""The bytes of an entry: one line, a head of JSON, the body.

An entry is whole or none: its first line has the lengths and the digest of the rest, so that what is cut short,
damaged or somebody else's is never taken for one.
"""

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, NamedTuple

_DIGEST_BYTES = 16
# Behind the magic: two lengths of at most 12 digits, a digest in hex.
_LINE_BYTES = 2 * 13 + 1 + 2 * _DIGEST_BYTES + 1


class Opened(NamedTuple):
    """A head as it was written, and a body."""

    head: bytes
    body: bytes


def seal(magic: bytes, told: Mapping[str, Any], body: bytes) -> bytes:
    """The bytes of an entry; `magic` is the kind of it, and its version."""
    head = json.dumps(told).encode()
    digest = blake2b(head, digest_size=_DIGEST_BYTES)
    digest.update(body)
    line = b"%s %d %d %s\n" % (magic, len(head), len(body), digest.hexdigest().encode())
    return b"".join((line, head, body))


def unseal(magic: bytes, data: bytes) -> Opened | None:
    """What is in these bytes; None where they are not whole, or of another kind."""
    line = data[: len(magic) + _LINE_BYTES].partition(b"\n")[0]
    words = line.split(b" ")
    if len(words) != 4 or words[0] != magic or not (words[1].isdigit() and words[2].isdigit()):
        return None
    # PERF: bodies may be many megabytes, and are copied once.
    rest, head_bytes = memoryview(data)[len(line) + 1 :], int(words[1])
    is_whole = len(rest) == head_bytes + int(words[2])
    if not is_whole or blake2b(rest, digest_size=_DIGEST_BYTES).hexdigest().encode() != words[3]:
        return None
    return Opened(bytes(rest[:head_bytes]), bytes(rest[head_bytes:]))
