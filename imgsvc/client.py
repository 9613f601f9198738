"""Builds URLs of a server, signed, and the HTML that shows its pictures; for the programs that make pages.

It needs nothing but Python: `from imgsvc.client import Client`, or a copy of this file.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any
from urllib.parse import quote

Argument = str | int | float | None

# What may stand in a path as it is, less `@`, which would begin the extension.
_PLAIN_SAFE = "/:!$&'()*+,;=~"
# A colon before just one slash looks as if a proxy had merged two.
_LONE_SLASH = re.compile(r":(?=/(?!/))")
# Clients take such a segment away, and the one before it.
DOTS = re.compile(r"/(?=\.{1,2}(?:/|$))")
# What clients encode, cut off or turn round in a path: options are read as they come, with nothing decoded.
CHANGED_ON_THE_WAY = re.compile(r"""[^\x21-\x7e]|["#<>?\\^`{}]""")
_UNSIGNED = "unsafe"
_SIGNATURE_BYTES = 32


def escaped(source_url: str) -> str:
    """A source URL as it may stand behind `plain/`."""
    return DOTS.sub("%2F", _LONE_SLASH.sub("%3A", quote(source_url, safe=_PLAIN_SAFE)))


class Html(str):
    """HTML that is escaped already: Jinja and Django leave it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


@dataclass(frozen=True)
class Client:
    """Of the server at `host`, PATH_PREFIX included; `key` and `salt` are its KEY and SALT, in hex.

    Options are written as in a URL, "rs:fill:300:200", or by their names: resize=("fill", 300, 200).
    """

    host: str = ""
    key: str = ""
    salt: str = ""
    signature_size: int = _SIGNATURE_BYTES
    separator: str = ":"
    # Source URLs in base64, for proxies that change plain ones.
    base64: bool = False

    def __post_init__(self) -> None:
        if bool(self.key) != bool(self.salt):
            raise ValueError("key and salt belong together")
        bytes.fromhex(self.key + self.salt)

    def sign(self, path: str) -> str:
        """The signature of a path, which begins with the slash behind it; any word will do without keys."""
        if not self.key:
            return _UNSIGNED
        message = bytes.fromhex(self.salt) + path.encode()
        digest = hmac.digest(bytes.fromhex(self.key), message, "sha256")[: self.signature_size]
        return urlsafe_b64encode(digest).rstrip(b"=").decode()

    def build(self, source: str, *options: str, format: str = "", **named: Argument | Sequence[Argument]) -> str:  # noqa: A002 (its name in URLs)
        """The URL of a picture of `source`; ValueError where an option cannot stand in one."""
        path = self._path(source, options, named, format)
        return f"{self.host.rstrip('/')}/{self.sign(path)}{path}"

    def info(self, source: str, *options: str, **named: Argument | Sequence[Argument]) -> str:
        """The URL at which `source` is asked about."""
        path = self._path(source, options, named, "")
        return f"{self.host.rstrip('/')}/info/{self.sign(path)}{path}"

    def srcset(
        self,
        source: str,
        *options: str,
        widths: Sequence[int] = (),
        densities: Sequence[float] = (),
        format: str = "",  # noqa: A002 (as above)
        **named: Argument | Sequence[Argument],
    ) -> str:
        """An attribute `srcset`: a URL for each width, or for each density of the screen."""
        wishes: dict[str, Any] = dict(named)
        build = partial(self.build, source, format=format, **wishes)
        wide = [f"{build(*options, self._option('width', width))} {width}w" for width in widths]
        dense = [f"{build(*options, self._option('dpr', each))} {each:g}x" for each in densities]
        return ", ".join(wide + dense)

    def picture(
        self,
        source: str,
        *options: str,
        widths: Sequence[int],
        sizes: str = "100vw",
        formats: Sequence[str] = ("avif", "webp"),
        attributes: Mapping[str, str | int] | None = None,
        **named: Argument | Sequence[Argument],
    ) -> Html:
        """An element `picture` with a source for each of these formats; `attributes` are those of the `img` in it."""
        wishes: dict[str, Any] = dict(named)
        srcset = partial(self.srcset, source, *options, widths=widths, **wishes)
        sources = [
            tag("source", {"type": f"image/{each}", "srcset": srcset(format=each), "sizes": sizes}) for each in formats
        ]
        own = {"src": self.build(source, *options, width=max(widths), **wishes), "srcset": srcset(), "sizes": sizes}
        image = tag("img", {"alt": "", **own, **(attributes or {})})
        return Html(f"<picture>{''.join(sources)}{image}</picture>")

    def helpers(self) -> dict[str, Callable[..., str]]:
        """What templates call, by its name there."""
        return {
            "img_url": _function(self.build),
            "img_info": _function(self.info),
            "img_srcset": _function(self.srcset),
            "img_picture": _function(self.picture),
        }

    def _path(
        self, source: str, options: Sequence[str], named: Mapping[str, Argument | Sequence[Argument]], word: str
    ) -> str:
        """What is signed."""
        written = [*options, *(self._option(name, value) for name, value in named.items() if value is not None)]
        for each in written:
            if self.separator not in each and each != "-":
                raise ValueError(f"{each!r} is no option: a name and its arguments, separated by {self.separator!r}")
            if found := CHANGED_ON_THE_WAY.search(each):
                raise ValueError(f"{each!r}: clients change {found[0]!r} on its way")
        if "/" in "".join(written):
            raise ValueError("a slash ends an option")
        return "/".join(["", *written, self._source(source, word)])

    def _source(self, source: str, word: str) -> str:
        if not source:
            raise ValueError("the source URL is empty")
        if self.base64:
            coded = urlsafe_b64encode(source.encode()).rstrip(b"=").decode()
            return f"{coded}.{word}" if word else coded
        # In an attribute `srcset` a comma at its end would not be part of the URL.
        plain = escaped(source).replace(",", "%2C")
        return f"plain/{plain}@{word}" if word else f"plain/{plain}"

    def _option(self, name: str, value: Argument | Sequence[Argument]) -> str:
        values = [value] if isinstance(value, str | int | float) or value is None else value
        # As in URLs, where two have a hyphen.
        word = name.replace("_", "-") if name in ("min_width", "min_height") else name
        return self.separator.join((word, *map(_written, values)))


def add_to_jinja(environment: Any, client: Client) -> None:
    """Let templates of a jinja2.Environment say {{ img_url("local:///cat.jpg", width=300) }}."""
    environment.globals.update(client.helpers())


def add_to_django(register: Any, client: Client) -> None:
    """Let templates that load this django.template.Library say {% img_url "local:///cat.jpg" width=300 %}."""
    for name, helper in client.helpers().items():
        register.simple_tag(helper, name=name)


def _function(method: Callable[..., str]) -> Callable[..., str]:
    """Django takes the first argument of a bound method for one that a template has to give."""

    def helper(source: str, *options: str, **named: Any) -> str:
        return method(source, *options, **named)

    return helper


def tag(name: str, attributes: Mapping[str, str | int]) -> str:
    """An element of HTML, its attributes escaped."""
    written = " ".join(f'{each}="{escape(str(value))}"' for each, value in attributes.items())
    return f"<{name} {written}>"


def _written(value: Argument) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    return f"{value:.15g}" if isinstance(value, float) else str(value)
