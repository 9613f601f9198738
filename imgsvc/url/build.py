"""Options and a source URL become a path: the inverse of `Parser.parse`."""

import re
from urllib.parse import quote

from imgsvc.errors import UrlError
from imgsvc.options.processing import ProcessingOptions
from imgsvc.url.arguments import encoded_base64
from imgsvc.url.parse import Parsed, Parser
from imgsvc.url.path import split_path
from imgsvc.url.settings import UrlSettings
from imgsvc.url.table import OPTIONS

# What may stand in a path as it is, less `@`, which would begin the extension.
_PLAIN_SAFE = "/:!$&'()*+,;=~"
# A colon before just one slash looks as if a proxy had merged two.
_LONE_SLASH = re.compile(r":(?=/(?!/))")


def build(options: ProcessingOptions, source_url: str, *, separator: str = ":", base64: bool = False) -> str:
    """The path, from the slash after the signature on, that is parsed as `options` and `source_url`.

    It names only what differs from the defaults. ValueError: there is no such path, as for a negative width.
    """
    uses = [[row.shortest, *arguments] for row in OPTIONS for arguments in row.build(options)]
    source = encoded_base64(source_url) if base64 else f"plain/{_escaped(source_url)}"
    path = "/".join(["", *map(separator.join, uses), source])
    _check(path, Parsed(options, source_url), separator)
    return path


def _escaped(source_url: str) -> str:
    return _LONE_SLASH.sub("%3A", quote(source_url, safe=_PLAIN_SAFE))


def _check(path: str, meant: Parsed, separator: str) -> None:
    """Refuse a path that says something else: no grammar can write every value that the types allow."""
    parser = Parser(UrlSettings(arguments_separator=separator, allow_security_options=True), now=lambda: 0.0)
    try:
        understood = parser.parse(split_path(f"/_{path}").rest)
    except UrlError as error:
        raise ValueError(f"no URL can say this: {error}") from error
    if understood != meant:
        raise ValueError(f"no URL can say this: {path!r} is understood as {understood}")
