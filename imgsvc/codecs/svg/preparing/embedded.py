"""The images inside a drawing, as data URLs."""

import base64
import binascii
import re
from collections.abc import Mapping
from urllib.parse import unquote_to_bytes

from imgsvc.codecs.gate import survey
from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.native.errors import decoder_errors
from imgsvc.codecs.sniff import sniff
from imgsvc.errors import ImageError
from imgsvc.options.formats import Format

# Pixels of an image embedded in the drawing.
MAX_EMBEDDED = 25_000_000

# What the drawing program calls them; other media types it leaves out.
_MEDIA: Mapping[Format, str] = {
    Format.JPEG: "image/jpeg",
    Format.PNG: "image/png",
    Format.GIF: "image/gif",
    Format.WEBP: "image/webp",
    Format.SVG: "image/svg+xml",
}
_DATA = re.compile(r"data:([^,;]*)(?:;(?!\s*base64\s*,)[^,;]*)*(;\s*base64\s*)?,", re.IGNORECASE)


def embedded(reference: str) -> tuple[Format, bytes] | None:
    """Format and bytes of what may safely be drawn; its media type may be wrong, or missing."""
    found = _DATA.match(reference)
    if not found:
        return None
    try:
        data = unquote_to_bytes(reference[found.end() :])
        # Browsers do without padding.
        data = base64.b64decode(data.rstrip(b"= \t\r\n") + b"==") if found[2] else data
        format_ = sniff(data)
        if format_ not in _MEDIA or (format_ is not Format.SVG and not _is_small(data, format_)):
            return None
    except (ImageError, binascii.Error, ValueError):
        return None
    return format_, data


def data_url(format_: Format, data: bytes) -> str:
    """The URL of such an image, as the drawing program knows it."""
    return f"data:{_MEDIA[format_]};base64,{base64.b64encode(data).decode()}"


def is_plain(reference: str, format_: Format) -> bool:
    """Whether it is such a URL already."""
    return reference.startswith(f"data:{_MEDIA[format_]};base64,")


def _is_small(data: bytes, format_: Format) -> bool:
    with decoder_errors(format_):
        size = survey(data, format_, Extent(MAX_EMBEDDED)).size
    return size is not None and min(size) > 0
