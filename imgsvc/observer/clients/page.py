"""A page of the observer, and the answer that it is sent as."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST


@dataclass(frozen=True, slots=True)
class Page:
    """What is answered; `more` are headers of its own."""

    status: int
    body: bytes
    media_type: str = "text/plain; charset=utf-8"
    more: tuple[tuple[str, str], ...] = ()

    @classmethod
    def verdict(cls, reasons: tuple[str, ...], well: str) -> "Page":
        """200, or 503 with the reasons."""
        return cls(503 if reasons else 200, ("\n".join(reasons or (well,)) + "\n").encode())

    @classmethod
    def json(cls, value: Any) -> "Page":
        """Data."""
        return cls(200, (json.dumps(value, indent=1) + "\n").encode(), "application/json")

    @classmethod
    def metrics(cls, text: bytes) -> "Page":
        """Prometheus's text."""
        return cls(200, text, CONTENT_TYPE_LATEST)

    @classmethod
    def refusal(cls, status: int, **more: str) -> "Page":
        """A status that says all."""
        return cls(status, f"{HTTPStatus(status).phrase}\n".encode(), more=tuple(more.items()))

    def head(self) -> bytes:
        """What is sent before the body; HEAD is told the same, and nothing behind it."""
        headers = {
            "Server": "imgsvc-observer",
            "Date": formatdate(usegmt=True),
            "Content-Type": self.media_type,
            "Content-Length": str(len(self.body)),
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Connection": "close",
            **dict(self.more),
        }
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}", *map(": ".join, headers.items()), "", ""]
        return "\r\n".join(lines).encode("latin-1")


Make = Callable[[], Page]
Pages = Mapping[str, Make]


@dataclass(frozen=True, slots=True, eq=False)
class Slow:
    """A page that takes a while to make: beside the others, and once for all who ask for it meanwhile."""

    make: Make

    def __call__(self) -> Page:
        """The page."""
        return self.make()
