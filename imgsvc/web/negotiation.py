"""Decides what a client accepts, and what its answers vary by."""

from imgsvc.codecs.settings import FormatSettings
from imgsvc.options.formats import Format

# Formats that not every client can show.
_NEGOTIATED = (Format.WEBP, Format.AVIF, Format.JXL)


def accepted_formats(accept: str) -> frozenset[Format]:
    """The negotiated formats that an Accept header names.

    COMPAT: imgproxy's clientfeatures looks for the name alone: wildcards do not count, nor does `q=0`.
    """
    return frozenset(each for each in _NEGOTIATED if each.media_type in accept)


def vary(settings: FormatSettings) -> str:
    """The Vary header; empty where every client gets the same."""
    negotiates = (
        settings.auto_webp,
        settings.auto_avif,
        settings.auto_jxl,
        settings.enforce_webp,
        settings.enforce_avif,
        settings.enforce_jxl,
    )
    return "Accept" if any(negotiates) else ""
