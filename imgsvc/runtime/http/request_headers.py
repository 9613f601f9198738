"""The headers of a request that are read: one table, and no line of the program sees any other header, or more of one.

Those that REQUEST_HEADERS_PASSTHROUGH names are read as well, and go to the source.

What is longer than its row allows, or not of its form, is as if it had not been sent: there is nothing in a header that
reading it could fail on.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

# As much as nginx/imgsvc.conf takes of one.
_LONGEST = 16 * 1024
# Printable, as bytes in Latin-1 (PEP 3333); what is passed on must not begin with anything that counts as a blank.
_TEXT = re.compile(r"(?!\s)[\t\x20-\x7e\x80-\xff]+")
_ASCII = re.compile(r"(?!\s)[\x20-\x7e]+")
_WORD = re.compile(r"[A-Za-z0-9_-]+")
_ADDRESS = re.compile(r"[0-9A-Za-z.:%\[\]_-]+")


@dataclass(frozen=True, slots=True)
class RequestHeader:
    """A header that is read: by whom and what for, and which values of it are."""

    name: str
    purpose: str
    most_characters: int = _LONGEST
    form: re.Pattern[str] = _TEXT
    # As WSGI has it.
    key: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", "HTTP_" + self.name.upper().replace("-", "_"))

    def usable(self, value: str) -> str:
        """The value, or nothing where it is too long or of another form."""
        is_usable = len(value) <= self.most_characters and self.form.fullmatch(value)
        return value if is_usable else ""


# A request id is as long as the scoreboard has room for one.
MOST_ID_CHARACTERS = 64
REQUEST_ID = RequestHeader("x-request-id", "the request's id", MOST_ID_CHARACTERS, _WORD)
AMAZON_CONTEXT = RequestHeader("x-amzn-request-context", "JSON with the request's id, from Amazon's gateway")
REQUEST_START = RequestHeader("x-request-start", "when a proxy got the request; over unix sockets alone", 32, _ASCII)
CLIENT_ADDRESS = RequestHeader("cf-connecting-ip", "the client's address, for the log", 64, _ADDRESS)
FORWARDED_FOR = RequestHeader("x-forwarded-for", "the same: the first in it")
REAL_ADDRESS = RequestHeader("x-real-ip", "the same", 64, _ADDRESS)
FORWARDED_PROTO = RequestHeader("x-forwarded-proto", "the scheme, for traces", 5, re.compile("https?"))

READ = (
    REQUEST_ID,
    AMAZON_CONTEXT,
    REQUEST_START,
    CLIENT_ADDRESS,
    FORWARDED_FOR,
    REAL_ADDRESS,
    FORWARDED_PROTO,
    RequestHeader("accept", "formats that the client can show"),
    RequestHeader("accept-encoding", "passed on by raw"),
    RequestHeader("authorization", "the value of SECRET"),
    RequestHeader("cookie", "passed on with COOKIE_PASSTHROUGH"),
    RequestHeader("host", "whose cookies these are; traces", 1024),
    RequestHeader("if-modified-since", "passed on", 64, _ASCII),
    RequestHeader("if-none-match", "passed on"),
    RequestHeader("if-range", "passed on by raw"),
    RequestHeader("range", "passed on by raw", 1024, _ASCII),
    RequestHeader("traceparent", "the trace that the request is a part of", 256, _ASCII),
    RequestHeader("tracestate", "the same", 1024, _ASCII),
    RequestHeader("user-agent", "traces", 1024),
    RequestHeader("x-forwarded-host", "whose cookies these are, where a proxy says it", 1024),
    RequestHeader("x-imgsvc-canary", "the observer's own health check", 16, _ASCII),
)

# What gunicorn's parser obeys by itself: the message's length, and what it answers 400 or 417 to.
OBEYED_BY_GUNICORN = ("connection", "content-length", "content-type", "expect", "host", "transfer-encoding")
# What it would obey if it were let; gunicorn.conf.py does not let it.
REFUSED_TO_GUNICORN = ("script_name", "path_info", "x-forwarded-proto", "x-forwarded-protocol", "x-forwarded-ssl")


def named(names: Iterable[str]) -> tuple[RequestHeader, ...]:
    """Rows for headers that the operator has passed on."""
    return tuple(RequestHeader(name.lower(), "passed on") for name in names)


def read(environ: Mapping[str, object], rows: Iterable[RequestHeader] = READ) -> dict[str, str]:
    """The usable headers of a WSGI environment, by lower-case name."""
    found = {}
    for header in rows:
        value = environ.get(header.key)
        if value and (usable := header.usable(str(value))):
            found[header.name] = usable
    return found
