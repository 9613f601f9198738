"""Decides what a client accepts, and what its answers vary by."""

from collections.abc import Mapping

from imgsvc.codecs.settings import FormatSettings
from imgsvc.options.formats import Format

# Formats that not every client can show.
_NEGOTIATED = (Format.WEBP, Format.AVIF, Format.JXL)


def accepted_formats(accept: str) -> frozenset[Format]:
    """The negotiated formats that an Accept header names.

    COMPAT: imgproxy's clientfeatures looks for the name alone: wildcards do not count, nor does `q=0`.
    """
    # RFC 9110 8.3.1: of a media type, upper and lower case are the same.
    named = accept.lower()
    return frozenset(each for each in _NEGOTIATED if each.media_type in named)


def raw_vary(asked_with: Mapping[str, str], answered: Mapping[str, str]) -> str:
    """The Vary header of a source's own answer: what of the client's headers it was asked with, and depends on.

    An answer that is not compressed is right for whoever takes compressed ones too, unless the source says otherwise.
    """
    encoding = answered.get("content-encoding", "").strip().lower() not in ("", "identity")
    says_so = "accept-encoding" in answered.get("vary", "").lower() or answered.get("vary", "").strip() == "*"
    depends_on = {
        "Accept-Encoding": "accept-encoding" in asked_with and (encoding or says_so),
        "Cookie": "cookie" in asked_with,
    }
    return ", ".join(name for name, does in depends_on.items() if does)


def vary(settings: FormatSettings | None, source_headers: Mapping[str, str]) -> str:
    """The Vary header; empty where every client gets the same. Without settings nothing is negotiated."""
    negotiates = settings is not None and any(_negotiates(settings))
    return ", ".join(["Accept"] * negotiates + ["Cookie"] * ("cookie" in source_headers))


def _negotiates(settings: FormatSettings) -> tuple[bool, ...]:
    return (
        settings.auto_webp,
        settings.auto_avif,
        settings.auto_jxl,
        settings.enforce_webp,
        settings.enforce_avif,
        settings.enforce_jxl,
    )
