"""Decides the name under which a browser saves an answer, and the address of what it was made from."""

from urllib.parse import quote, unquote

from imgsvc.options.formats import Format
from imgsvc.source_url import SourceUrl

_PRINTABLE = "".join(map(chr, range(0x20, 0x7F)))
# SECURITY: quotes would end the name, a backslash escape what ends it, angle brackets end the link;
# control characters would end the header. `quote` encodes all of these, and what is not ASCII.
_SAFE_IN_NAME = "".join(each for each in _PRINTABLE if each not in '"\\')
_SAFE_IN_LINK = "".join(each for each in _PRINTABLE if each not in ' "<>\\^`{|}')

_EXTENSIONS = {each.media_type: each.extension for each in Format}


def content_disposition(source: SourceUrl, extension: str, *, filename: str = "", attachment: bool = False) -> str:
    """Content-Disposition of a rendition: the source's name, unless it is secret, with the result's extension.

    COMPAT: imgproxy's httpheaders/cdv.go takes what follows the last slash, a query included.
    """
    stem = "" if source.is_secret else _split(source.text.rpartition("/")[2])[0]
    return _disposition(filename or stem, extension, attachment=attachment)


def raw_content_disposition(source: SourceUrl, media_type: str, *, filename: str = "", attachment: bool = False) -> str:
    """Content-Disposition of a source that is passed on as it is; its own extension, else its media type's."""
    stem, extension = ("", "") if source.is_secret else _split(unquote(source.bare_path).rpartition("/")[2])
    extension = extension or _EXTENSIONS.get(media_type.partition(";")[0].strip().lower(), "")
    return _disposition(filename or stem, extension, attachment=attachment)


def canonical_link(source: SourceUrl) -> str:
    """The Link header that names the source, without a user's name; empty where it is secret, or not on the web."""
    if not source.is_http or source.is_secret:
        return ""
    # SECURITY: BASE_URL may hold a password that no client has seen.
    url = f"{source.origin}{source.path}{source.query}" if source.userinfo else source.text
    return f'<{quote(url, safe=_SAFE_IN_LINK)}>; rel="canonical"'


def _split(name: str) -> tuple[str, str]:
    stem, dot, extension = name.rpartition(".")
    return (stem, dot + extension) if dot else (name, "")


def _disposition(stem: str, extension: str, *, attachment: bool) -> str:
    kind = "attachment" if attachment else "inline"
    name = (stem or "image") + extension
    plain = quote(name, safe=_SAFE_IN_NAME, errors="replace")
    # RFC 6266 §4.3: a browser prefers this form, and reads it as UTF-8.
    extended = "" if name.isascii() else f"; filename*=UTF-8''{quote(name, safe='', errors='replace')}"
    return f'{kind}; filename="{plain}"{extended}'
