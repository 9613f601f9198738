"""The one way to write a response: whatever was set before is cleared, so that no answer has anything of another one.

An error can be raised at any moment, also when the headers of the picture are set already: it must not have their
lifetime, validators or name.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import falcon

from imgsvc.runtime.http.answers import EVERY_ANSWER, words
from imgsvc.web.exchange import Exchange, exchange

# A comma is in dates as well.
_BETWEEN_COOKIES = re.compile(r", (?=[^\s;,=]+=)")


@dataclass(frozen=True, slots=True)
class Answer:
    """All that a client is told; `stream` is a body that is passed on as it comes, and is closed by who sends it."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    stream: Iterable[bytes] | None = None

    @classmethod
    def text(cls, status: int, text: str, headers: Mapping[str, str] | None = None) -> "Answer":
        """A few words."""
        return cls(status, {"Content-Type": "text/plain", **(headers or {})}, text.encode())


def write(request: falcon.Request, response: falcon.Response, answer: Answer) -> None:
    """Make the response this answer and nothing else."""
    _clear(response)
    response.status = answer.status
    headers = {**answer.headers, **_of_every_answer(exchange(request))}
    for name in [name for name in headers if name.lower() == "set-cookie"]:
        # Falcon has a way of its own for these; several of a source are one value by now.
        for each in _BETWEEN_COOKIES.split(headers.pop(name)):
            response.append_header(name, each)
    response.set_headers(headers)
    if answer.stream is None:
        response.data = answer.body
    else:
        response.stream = answer.stream


def _of_every_answer(current: Exchange) -> dict[str, str]:
    headers = {
        **current.custom,
        "Server": words().server,
        **EVERY_ANSWER,
        "X-Request-Id": current.request_id,
    }
    if current.has_cors and current.allow_origin:
        headers |= {
            "Access-Control-Allow-Origin": current.allow_origin,
            "Access-Control-Allow-Methods": "GET, OPTIONS",
        }
    return headers


def _clear(response: falcon.Response) -> None:
    for name in response.headers:
        response.delete_header(name)
    response.text = response.data = response.media = None
    stream, response.stream = response.stream, None
    if close := getattr(stream, "close", None):
        close()
