"""What is kept of a finished picture, and its bytes in a store."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

from imgsvc.keeping.envelope import seal, unseal
from imgsvc.keeping.freshness import aged
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from imgsvc.options.saving import Placeholder
from imgsvc.rendition import Job, Rendition

_MAGIC = b"imgsvc-result-1"
# SECURITY: of heads that are remembered, for whoever may write to the store does not fill our memory.
_REMEMBERED_BYTES = 4096
_FORMATS: Mapping[str, Format] = {each.word: each for each in Format}
_RESULTS: Mapping[str, Format | Placeholder] = {**_FORMATS, **{each.word: each for each in Placeholder}}


@dataclass(frozen=True, slots=True)
class Entry:
    """A picture, and what headers are made of when it is answered again.

    `key` is what it is kept under; `checked` is when the source was asked last, in Unix seconds, and gave it or said
    that it holds.
    """

    key: str
    checked: int
    format: Format | Placeholder
    source_headers: Mapping[str, str]
    origin_size: Size
    result_size: Size
    origin_bytes: int
    origin_format: Format
    body: bytes
    tags: tuple[str, ...] = ()

    @classmethod
    def of(cls, made: Rendition, key: str, checked: int) -> "Entry":
        """What is kept of a rendition; whose cookies they were is not."""
        headers = {name: value for name, value in made.source_headers.items() if name != "set-cookie"}
        return cls(
            key=key,
            checked=checked,
            format=made.format,
            source_headers=headers,
            origin_size=made.origin_size,
            result_size=made.result_size,
            origin_bytes=made.origin_bytes,
            origin_format=made.origin_format,
            body=made.body,
            tags=made.job.options.cache_tags,
        )

    def rendition(self, job: Job, now: float) -> Rendition:
        """The picture as the answer to a request at this moment, in Unix seconds."""
        return Rendition(
            body=self.body,
            format=self.format,
            job=job,
            source_headers=self.headers_at(now),
            origin_size=self.origin_size,
            result_size=self.result_size,
            origin_bytes=self.origin_bytes,
            origin_format=self.origin_format,
        )

    def headers_at(self, now: float) -> dict[str, str]:
        """The source's, as a cache tells them at this moment."""
        return aged(self.source_headers, int(now) - self.checked)


def encode(entry: Entry) -> bytes:
    """The bytes of an entry."""
    told = {each.name: getattr(entry, each.name) for each in fields(entry) if each.name != "body"}
    if not entry.tags:
        # As it was before there were tags.
        del told["tags"]
    told |= {"format": entry.format.word, "origin_format": entry.origin_format.word}
    return seal(_MAGIC, told, entry.body)


def decode(data: bytes, key: str) -> Entry | None:
    """The entry in these bytes; None where they are none, or that of another key."""
    if (opened := unseal(_MAGIC, data)) is None:
        return None
    entry = (_recalled if len(opened.head) <= _REMEMBERED_BYTES else _read)(opened.head)
    return replace(entry, body=opened.body) if entry and entry.key == key else None


def _read(head: bytes) -> Entry | None:
    """All but the body. Whoever writes to the store can write a digest, too: what is missing or odd makes it none."""
    try:
        told: dict[str, Any] = json.loads(head)
        return Entry(
            key=told["key"],
            checked=int(told["checked"]),
            format=_RESULTS[told["format"]],
            source_headers={str(name): str(value) for name, value in told["source_headers"].items()},
            origin_size=Size(*map(int, told["origin_size"])),
            result_size=Size(*map(int, told["result_size"])),
            origin_bytes=int(told["origin_bytes"]),
            origin_format=_FORMATS[told["origin_format"]],
            body=b"",
            tags=tuple(map(str, told.get("tags", ()))),
        )
    except (ArithmeticError, AttributeError, KeyError, RecursionError, TypeError, ValueError):
        return None


# PERF: what is asked for often has the head that it had, and reading that takes as long as reading the file.
_recalled = lru_cache(maxsize=256)(_read)
