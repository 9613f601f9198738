"""A source URL, taken apart once: whoever wants to know its host, its origin or its path asks here.

SECURITY: two parsers that read one URL differently are a way around every rule about hosts. So this is the only one:
what is allowed, what gets cookies, what is counted and what is connected to are fields of one value, the request is
built from them, and an authority that another parser could read differently is refused.

SECURITY: some are secret, for URLs hold them encrypted. What people are shown of one is `str`, and of its origin
`told_origin`; the other fields are what the program tells sources apart by, asks for and checks.
"""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address

from imgsvc.errors import SourceUnreachableError

DEFAULT_PORTS = {"http": 80, "https": 443}
# RFC 1035 2.3.4.
_MAX_HOST_CHARACTERS = 253
_MAX_PORT = 65535
# What logs, metrics and views name in place of the origin of a source that is secret: one name for all of them.
HIDDEN_ORIGIN = "encrypted"
# PERF: a site asks for the same few hosts again and again; taking one apart costs 5 µs.
_REMEMBERED = 256

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_AFTER_SCHEME = re.compile(r"//(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?P<query>\??[^#]*)", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_USERINFO = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*")
_HOST_AND_PORT = re.compile(r"(?:\[(?P<address>[0-9A-Fa-f:.]+)\]|(?P<name>[^\[\]:@]+))(?::(?P<port>[0-9]{0,5}))?")
# Letters, digits and hyphens, and the underscore that names of containers have; the last dot is the root's.
_NAME = re.compile(r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?")
# Where the last label is a number, some take the whole for an IPv4 address: 127.1, 0x7f.1, 2130706433.
_ENDS_IN_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)\.?")

_UP_TO_HOST = re.compile(r"//[^/?#]*@")
_DOT_SEGMENT = re.compile(r"/(?:\.|%2e)", re.IGNORECASE)
_ENCODED_DOT = re.compile(r"%2e", re.IGNORECASE)
_TARGET = re.compile(
    r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-F]{2})*(?:\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-F]{2})*)?"
)
_NOT_IN_A_PATH = re.compile(r"%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9._~!$&'()*+,;=:@/\[\]%-]+")
# Some of a query is no RFC's, but browsers and imgproxy send it as it is, and it may be signed.
_NOT_IN_A_QUERY = re.compile(r"[^\x21\x23-\x3b\x3d\x3f-\x7e]+")


@dataclass(frozen=True, slots=True, repr=False)
class SourceUrl:
    """A source URL and its parts; `SourceUrl.parse` makes it, and nothing else does.

    For http and https, `host` is ASCII and lower case, without brackets, and `path` holds no dot segments any more.
    What follows any other scheme is `path`, byte for byte: buckets and keys are no hosts.
    """

    # As it was given: what it is told apart by. Nobody is shown it: that is `str`.
    text: str
    # Lower case; empty where there is none.
    scheme: str
    userinfo: str
    host: str
    port: int
    path: str
    # With its question mark; empty where there is none.
    query: str
    # What is shown in its place, where it is secret; empty where it is not.
    alias: str = field(default="", compare=False)

    @classmethod
    def parse(cls, text: str) -> "SourceUrl":
        """Take `text` apart; SourceUnreachableError where it is not plain which host an http URL means."""
        match = _SCHEME.match(text)
        if not match:
            return cls(text, "", "", "", 0, text, "")
        scheme, rest = match[1].lower(), text[match.end() :]
        if scheme not in DEFAULT_PORTS:
            return cls(text, scheme, "", "", 0, rest, "")
        found = _AFTER_SCHEME.match(rest)
        if not found or _CONTROL.search(text):
            raise SourceUnreachableError(f"{_shown(text)!r} has no host behind //, or holds control characters")
        try:
            userinfo, host, port = _authority(found["authority"])
        except ValueError as error:
            raise SourceUnreachableError(f"{_shown(text)!r}: {error}") from None
        return cls(text, scheme, userinfo, host, port or DEFAULT_PORTS[scheme], _path(found["path"]), found["query"])

    def hidden(self, alias: str) -> "SourceUrl":
        """The same, and nobody is shown more of it than `alias`."""
        return replace(self, alias=alias)

    @property
    def is_secret(self) -> bool:
        """Whether people are shown an alias in its place."""
        return bool(self.alias)

    @property
    def is_http(self) -> bool:
        """Whether it is fetched over HTTP, and so has a host."""
        return self.scheme in DEFAULT_PORTS

    @property
    def netloc(self) -> str:
        """Host and port as the Host header has them: the port only where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS.get(self.scheme) else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port, without user name; of a store, scheme and bucket."""
        if self.is_http:
            return f"{self.scheme}://{self.netloc}"
        bucket = self.path[2:].partition("/")[0] if self.path.startswith("//") else ""
        return f"{self.scheme}://{bucket}"

    @property
    def told_origin(self) -> str:
        """The origin as logs, metrics and views name it."""
        return HIDDEN_ORIGIN if self.alias else self.origin

    @property
    def bare_path(self) -> str:
        """The path without what a store calls the version, for who wants to know what the file is called."""
        return self.path if self.is_http else self.path.partition("?")[0]

    @property
    def target(self) -> str:
        """What an HTTP request asks for: path and query as they are, percent-encoded where they must be."""
        return _encoded(self.path, _NOT_IN_A_PATH) + _encoded(self.query, _NOT_IN_A_QUERY)

    def joined(self, reference: str) -> "SourceUrl":
        """What `reference`, a redirect's Location, means here (RFC 3986 5.2); as secret as this one is."""
        if _SCHEME.match(reference):
            text = reference
        elif reference.startswith("//"):
            text = f"{self.scheme}:{reference}"
        else:
            user = f"{self.userinfo}@" if self.userinfo else ""
            text = f"{self.scheme}://{user}{self.netloc}{self._path_of(reference)}"
        target = SourceUrl.parse(text)
        return target.hidden(self.alias) if self.alias else target

    def asking(self, target: str) -> "SourceUrl":
        """The same server, asked for `target` as it stands: dots, slashes and all, for what is signed is what is sent.

        ValueError where some of it would be sent in another way.
        """
        if not _TARGET.fullmatch(target):
            raise ValueError(f"{target!r} is not sent as it stands")
        path, mark, query = target.partition("?")
        # PERF: dataclasses.replace takes three times as long.
        text = f"{self.origin}{path}"
        return type(self)(text, self.scheme, self.userinfo, self.host, self.port, path, mark + query, self.alias)

    def _path_of(self, reference: str) -> str:
        if reference.startswith("/"):
            return reference
        if reference.startswith("?"):
            return self.path + reference
        if not reference or reference.startswith("#"):
            return self.path + self.query
        return f"{self.path.rpartition('/')[0]}/{reference}"

    def __str__(self) -> str:
        return self.alias or self.text

    def __repr__(self) -> str:
        return f"<source {self}>"


@lru_cache(_REMEMBERED)
def host_name(text: str) -> str:
    """A host name or IPv4 address in its one spelling; ValueError where it has none that all agree on."""
    name = ".".join(map(_a_label, text.split("."))) if len(text) <= _MAX_HOST_CHARACTERS + 1 else ""
    if len(name.removesuffix(".")) > _MAX_HOST_CHARACTERS or not _NAME.fullmatch(name):
        raise ValueError(f"{text!r} is no host name")
    if _ENDS_IN_NUMBER.fullmatch(name) and not _is_ipv4(name):
        raise ValueError(f"{text!r} is no IPv4 address of four decimal numbers")
    return name


@lru_cache(_REMEMBERED)
def _authority(text: str) -> tuple[str, str, int]:
    """User information, host and port; 0 where there is none."""
    userinfo, _, rest = text.rpartition("@")
    if not _USERINFO.fullmatch(userinfo):
        raise ValueError("the user information holds characters that must be percent-encoded")
    match = _HOST_AND_PORT.fullmatch(rest)
    if not match:
        raise ValueError(f"{rest!r} is no host, or no host and port")
    port = int(match["port"] or 0)
    if port > _MAX_PORT or (match["port"] and not port):
        raise ValueError(f"{port} is no port")
    host = str(IPv6Address(match["address"])) if match["address"] else host_name(match["name"])
    return userinfo, host, port


def _a_label(label: str) -> str:
    """A label as DNS has it (RFC 5890).

    SECURITY: without the mappings of UTS 46, which make dots, digits and letters of other characters.
    """
    if label.isascii():
        return label.lower()
    if any(not each.isascii() and _composed(each).isascii() for each in label):
        raise ValueError(f"{label!r} holds characters that stand for others")
    import idna  # noqa: PLC0415 (12 ms and 2 MB, for the few hosts that are not ASCII)

    return idna.alabel(_composed(label)).decode("ascii")


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text.lower())


def _is_ipv4(text: str) -> bool:
    try:
        return str(IPv4Address(text)) == text
    except ValueError:
        return False


def _shown(text: str) -> str:
    """`text` less what may be a user name: where it is odd, whoever writes the log cannot tell."""
    return _UP_TO_HOST.sub("//***@", text, count=1)


def _path(text: str) -> str:
    """`text` without dot segments (RFC 3986 5.2.4), `/` where it is empty: what is checked is what is sent."""
    if not _DOT_SEGMENT.search(text):
        return text or "/"
    kept: list[str] = []
    for segment in text.split("/")[1:]:
        kind = _ENCODED_DOT.sub(".", segment)
        if kind == "..":
            del kept[-1:]
        elif kind != ".":
            kept.append(segment)
    ends_in_dots = kind in (".", "..")
    return "/" + "/".join([*kept, ""] if ends_in_dots else kept)


def _encoded(text: str, not_in_it: re.Pattern[str]) -> str:
    return not_in_it.sub(
        lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogateescape")), text
    )
