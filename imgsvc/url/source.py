"""The source part of a path: plain, base64 or encrypted, its extension; and rewriting source URLs by the settings."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from imgsvc.errors import SourceUrlError
from imgsvc.url.arguments import decoded_base64, text_of
from imgsvc.url.encrypted import MARK
from imgsvc.url.path import has_broken_escape

# Go's regexp.Expand: `$$`, `${name}`, or `$` and the longest word that follows.
_REFERENCE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<braced>\w+)\}|(?P<word>\w+))", re.ASCII)


@dataclass(frozen=True, slots=True)
class SourcePart:
    """A source URL and the extension behind it, which is empty if there is none."""

    url: str
    extension: str
    # The URL is a payload in base64 (encrypted.py).
    is_encrypted: bool = False


def read_source(segments: Sequence[str], *, includes_filename: bool = False) -> SourcePart:
    """Read the path's segments from the source on; `includes_filename`: the last one of base64 is for people only."""
    if not any(segments):
        raise SourceUrlError("the source URL is empty")
    # A lone `plain` could only be base64.
    if segments[0] == "plain" and len(segments) > 1:
        return _plain("/".join(segments[1:]))
    is_encrypted = segments[0] == MARK and len(segments) > 1
    coded = segments[1:] if is_encrypted else segments
    text = "".join(coded[:-1] if includes_filename and len(coded) > 1 else coded)
    return SourcePart(*_apart(text, "."), is_encrypted=True) if is_encrypted else _base64(text)


def _plain(text: str) -> SourcePart:
    escaped, extension = _apart(text, "@")
    if has_broken_escape(escaped):
        raise SourceUrlError(f"{escaped!r} holds a `%` without two hex digits behind it; a `%` itself is %25")
    return SourcePart(text_of(unquote_to_bytes(escaped.encode("utf-8", "surrogatepass"))), extension)


def _base64(text: str) -> SourcePart:
    encoded, extension = _apart(text, ".")
    try:
        return SourcePart(decoded_base64(encoded), extension)
    except ValueError as error:
        raise SourceUrlError(f"{error}; a source URL that is not encoded needs `plain/` before it") from None


def _apart(text: str, mark: str) -> tuple[str, str]:
    source, _, extension = text.partition(mark)
    if not source:
        raise SourceUrlError(f"the source URL is empty in {text!r}")
    if mark in extension:
        raise SourceUrlError(f"{text!r} names two formats, or holds a {mark!r} that should be percent-encoded")
    return source, extension


class Rewriting:
    """URL_REPLACEMENTS, then BASE_URL."""

    def __init__(self, replacements: Sequence[tuple[str, str]] = (), base_url: str = "") -> None:
        self._rules = [(_pattern(pattern), template) for pattern, template in replacements]
        self._base_url = base_url

    def rewritten(self, url: str) -> str:
        """The URL that is fetched for `url`."""
        for pattern, template in self._rules:
            if match := pattern.match(url):
                url = _expanded(template, match) + url[match.end() :]
        return url if url.startswith(self._base_url) else self._base_url + url


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile("([^/]*)".join(map(re.escape, text.split("*"))))


def _expanded(template: str, match: re.Match[str]) -> str:
    def value(reference: re.Match[str]) -> str:
        if reference["dollar"]:
            return "$"
        name = reference["braced"] or reference["word"]
        is_known = name.isdecimal() and int(name) <= len(match.groups())
        return match[int(name)] if is_known else ""

    return _REFERENCE.sub(value, template)
