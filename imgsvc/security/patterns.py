"""Patterns of source URLs, as ALLOWED_SOURCES lists them: prefixes, held against a URL's parts and not its text.

What a pattern names has to agree as a whole, scheme by scheme and host by host, and what it leaves out is free; only
the last thing that it names, if that is a path, is a prefix. So no longer name of a host, no user name and no port
leads past it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv6Address

from imgsvc.source_url import DEFAULT_PORTS, SourceUrl, host_name

_STAR = "*"
# What a star stands for. In a host, dots are among it only where more of the host follows.
_IN_SCHEME = "[a-z0-9+.-]*"
_IN_USERINFO = "[^/?#@]*"
_IN_HOST = "[a-z0-9._-]*"
_ANY_HOST = r"(?:[a-z0-9._-]*|\[[0-9a-f:.]*\])"
_AT_THE_END_OF_A_HOST = "[a-z0-9_-]*"
_IN_PATH = r"[^/?#\\]*"
_IN_STORE = "[^/]*"

# Behind `://`, or a star that stands for its colon as well.
_PARTS = re.compile(
    r"(?P<scheme>[^:/]*\*|[^:/]*(?=:)):?//"
    r"(?:(?P<userinfo>[^/?#]*)@)?(?P<host>\[[^\]/?#]*\]?|[^:/?#]*)(?::(?P<port>[^/?#]*))?(?P<path>.*)",
    re.DOTALL,
)
_NEVER = "(?!)"


@dataclass(frozen=True)
class SourcePattern:
    """One prefix pattern; `text` is as it was written."""

    text: str

    def matches(self, source: SourceUrl, path: str) -> bool:
        """Whether it lets `source` through, with its path read as `path`."""
        if not source.is_http:
            return bool(self._store.match(f"{source.scheme}:{path}"))
        user = f"{source.userinfo}@" if source.userinfo else ""
        host = f"[{source.host}]" if ":" in source.host else source.host
        return bool(self._web.match(f"{source.scheme}://{user}{host}:{source.port}{path}{source.query}"))

    @cached_property
    def _store(self) -> re.Pattern[str]:
        """For what is no http URL: a prefix of the whole."""
        scheme, colon, rest = self.text.partition(":")
        return re.compile(_starred(scheme.lower() + colon + rest, _IN_STORE))

    @cached_property
    def _web(self) -> re.Pattern[str]:
        """For http URLs with their port, whether or not it is the usual one."""
        found = _PARTS.match(self.text)
        return re.compile("|".join(_expressions(found) if found else _whole_schemes(self.text)) or _NEVER)


def _whole_schemes(text: str) -> Iterator[str]:
    """A pattern that ends before the host, as in `https` or `*`: all of each scheme that it is a prefix of."""
    expression = re.compile(_starred(text.lower(), _IN_STORE))
    return (f"{scheme}://" for scheme in DEFAULT_PORTS if expression.match(f"{scheme}://"))


def _expressions(parts: re.Match[str]) -> Iterator[str]:
    """One for each scheme that is meant, as each has a port of its own."""
    user = f"{_starred(parts['userinfo'], _IN_USERINFO)}@" if parts["userinfo"] else ""
    path = parts["path"] if parts["path"].startswith("/") else f"/{parts['path']}"
    for scheme, usual in DEFAULT_PORTS.items():
        if not re.fullmatch(_starred(parts["scheme"].lower(), _IN_SCHEME), scheme):
            continue
        if parts["host"] or parts["path"]:
            port = parts["port"] or (str(usual) if parts["path"] else _STAR)
            yield f"{scheme}://{user}{_host(parts['host'])}:{_starred(port, '[0-9]*')}{_starred(path, _IN_PATH)}"
        else:
            yield f"{scheme}://"


def _host(text: str) -> str:
    if text == _STAR:
        return _ANY_HOST
    if _STAR not in text:
        return re.escape(_spelled(text))
    *before, last = map(_piece, text.lower().split(_STAR))
    return _IN_HOST.join(before) + (_IN_HOST + last if last else _AT_THE_END_OF_A_HOST)


def _spelled(text: str) -> str:
    """A whole host as SourceUrl spells it; what it would refuse stays as it is, and matches nothing."""
    try:
        return f"[{IPv6Address(text[1:-1])}]" if text.startswith("[") else host_name(text)
    except ValueError:
        return text


def _piece(text: str) -> str:
    """What of a host stands beside a star."""
    return re.escape(".".join(label if label.isascii() else _spelled(label) for label in text.split(".")))


def _starred(text: str, star: str) -> str:
    return star.join(map(re.escape, text.split(_STAR)))
