"""The page's own files, all of them in memory, and the headers that hold a browser to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
# SECURITY: nothing from elsewhere, nothing inline; pictures are blobs that the page's own script has fetched.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
SAFETY: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class File:
    """One of them."""

    body: bytes
    media_type: str


def page_files() -> Mapping[str, File]:
    """By the path that each is asked for under."""
    folder = files("imgsvc.playground").joinpath("page")
    found = {f"/{each.name}": _file(each.name, each.read_bytes()) for each in folder.iterdir() if _kind(each.name)}
    return {**found, "/": found["/index.html"]}


def _file(name: str, body: bytes) -> File:
    return File(body, _TYPES[_kind(name)])


def _kind(name: str) -> str:
    extension = name.rpartition(".")[2]
    return extension if extension in _TYPES else ""
