"""Decides which of the client's cookies a source may see."""

from collections.abc import Mapping

from imgsvc.errors import SourceUnreachableError
from imgsvc.source_url import SourceUrl
from imgsvc.web.settings import WebSettings


def cookies_for(source: SourceUrl, client_headers: Mapping[str, str], settings: WebSettings) -> dict[str, str]:
    """The Cookie header for the source, or nothing; header names are lower case on both sides.

    A request's cookies carry no domain, so they belong to exactly one host: the site's own.
    """
    cookie = client_headers.get("cookie", "")
    if not (settings.cookie_passthrough and cookie and source.is_http):
        return {}
    if settings.cookie_passthrough_all or source.host == _site(client_headers, settings):
        return {"cookie": cookie}
    return {}


def _site(client_headers: Mapping[str, str], settings: WebSettings) -> str | None:
    if settings.cookie_base_url:
        return _host(settings.cookie_base_url)
    host = client_headers.get("x-forwarded-host") or client_headers.get("host", "")
    return _host(f"http://{host}")


def _host(url: str) -> str | None:
    """The host of the site, by the parse that the source's was found with; None: it has none."""
    try:
        return SourceUrl.parse(url).host or None
    except SourceUnreachableError:
        return None
