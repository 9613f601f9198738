"""What is kept of a source, and its bytes in a store."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from imgsvc.keeping.envelope import seal, unseal
from imgsvc.sources.source import Fetched

_MAGIC = b"imgsvc-source-1"
# Whose cookies they were is not kept.
_NOT_KEPT = frozenset({"set-cookie"})


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """A whole source, unpacked, and what its origin said of it.

    `checked` is when its origin was asked last, and gave it or said that it holds, in Unix seconds.
    """

    key: str
    checked: int
    headers: Mapping[str, str]
    body: bytes

    @classmethod
    def of(cls, fetched: Fetched, key: str, checked: int) -> "SourceEntry":
        """What is kept of what was fetched."""
        headers = {name: value for name, value in fetched.headers.items() if name not in _NOT_KEPT}
        return cls(key, checked, headers, fetched.body)


def encode(entry: SourceEntry) -> bytes:
    """The bytes of an entry."""
    return seal(_MAGIC, {"key": entry.key, "checked": entry.checked, "headers": dict(entry.headers)}, entry.body)


def decode(data: bytes, key: str) -> SourceEntry | None:
    """The entry in these bytes; None where they are none, or that of another key."""
    if (opened := unseal(_MAGIC, data)) is None:
        return None
    try:
        told: dict[str, Any] = json.loads(opened.head)
        headers = {str(name): str(value) for name, value in told["headers"].items()}
        entry = SourceEntry(told["key"], int(told["checked"]), headers, opened.body)
    except (ArithmeticError, AttributeError, KeyError, RecursionError, TypeError, ValueError):
        # Whoever writes to the store can write a digest, too.
        return None
    return entry if entry.key == key else None
