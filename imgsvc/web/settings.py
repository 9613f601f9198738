"""Settings of HTTP: caching, headers, and the images that stand in or are laid over."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from imgsvc.settings.env import BOOLEAN, FILE, MOMENT, STRING, Kind, choice, decimal, integer, is_header_text, setting


def _status(text: str) -> int:
    status = int(text)
    if status != 0 and not 100 <= status <= 599:
        raise ValueError(text)
    return status


STATUS: Kind[int] = Kind("0 or an HTTP status from 100 to 599", _status)


@dataclass(frozen=True, slots=True)
class CacheSettings:
    """What caches are told, and which validators are passed on."""

    ttl: int = setting(31_536_000, integer(0), "Seconds of Cache-Control: max-age.", zero="no-cache")
    cache_control_passthrough: bool = setting(False, BOOLEAN, "Use the source's Cache-Control or Expires.")
    use_etag: bool = setting(
        True,
        BOOLEAN,
        "Pass If-None-Match to the source and its ETag to the client.",
        plain_names=("IMGPROXY_ETAG_ENABLED",),
    )
    etag_buster: str = setting("", STRING, "Put into every ETag; change it to invalidate them all.")
    use_last_modified: bool = setting(
        True,
        BOOLEAN,
        "Pass If-Modified-Since to the source and its Last-Modified to the client.",
        plain_names=("IMGPROXY_LAST_MODIFIED_ENABLED",),
    )
    last_modified_buster: datetime | None = setting(None, MOMENT, "No Last-Modified is older than this.")
    cache_tags_format: str = setting(
        "all",
        choice("all", "cloudfront", "cloudflare", "none"),
        "Which header tells a CDN the tags of the option cache_tags: x-amz-meta-cache-tag, Cache-Tag, both, or none.",
    )

    def __post_init__(self) -> None:
        if not is_header_text(self.etag_buster) or '"' in self.etag_buster:
            raise ValueError("ETAG_BUSTER of printable ASCII characters, none of them a quote")


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Headers, access and routes."""

    secret: str = setting("", STRING, "Requests need Authorization: Bearer with this.", zero="off", secret=True)
    allow_origin: str = setting("", STRING, "Access-Control-Allow-Origin.", zero="no CORS headers")
    set_canonical_header: bool = setting(False, BOOLEAN, "Send Link: <source URL>; rel=canonical for http sources.")
    enable_debug_headers: bool = setting(False, BOOLEAN, "Send X-Origin-* and X-Result-* with sizes.")
    development_errors_mode: bool = setting(False, BOOLEAN, "Tell clients the cause of an error. Never in production.")
    server_name: str = setting("imgsvc", STRING, "Server, of every answer.")
    health_check_message: str = setting("imgsvc is running", STRING, "What the health check answers while all is well.")
    cookie_passthrough: bool = setting(
        False,
        BOOLEAN,
        "Send the client's cookies to sources of the same site; the answer is for that client alone (private).",
    )
    cookie_passthrough_all: bool = setting(False, BOOLEAN, "Send them to every source; needs COOKIE_PASSTHROUGH.")
    cookie_base_url: str = setting("", STRING, "The site that cookies belong to.", zero="the request's own host")

    def __post_init__(self) -> None:
        if not is_header_text(self.allow_origin):
            raise ValueError("ALLOW_ORIGIN of printable ASCII characters")
        if not is_header_text(self.server_name):
            raise ValueError("SERVER_NAME of printable ASCII characters")
        if not is_header_text(self.health_check_message):
            raise ValueError("HEALTH_CHECK_MESSAGE of printable ASCII characters")


@dataclass(frozen=True, slots=True)
class FallbackSettings:
    """What stands in for a source that cannot be had, or of which nothing can be shown: DATA before PATH before URL."""

    fallback_image_data: str = setting("", STRING, "The image in base64.")
    fallback_image_path: Path | None = setting(None, FILE, "The image's file.")
    fallback_image_url: str = setting("", STRING, "The image's source URL.")
    fallback_image_http_code: int = setting(200, STATUS, "Status of the answer.", zero="the error's own")
    fallback_image_ttl: int = setting(0, integer(0), "Seconds of Cache-Control: max-age.", zero="TTL")
    fallback_image_preprocess_url: bool = setting(
        False, BOOLEAN, "Apply URL_REPLACEMENTS and BASE_URL to the URL of `fallback_image_url` too."
    )
    fallback_images_cache_size: int = setting(
        256,
        integer(0),
        "Fallback images of URLs that a worker keeps, within 16 MiB, for five minutes.",
        zero="none",
    )


@dataclass(frozen=True, slots=True)
class WatermarkSettings:
    """The image that `watermark` lays over, DATA before PATH before URL; and those that URLs name."""

    watermark_data: str = setting("", STRING, "The image in base64.")
    watermark_path: Path | None = setting(None, FILE, "The image's file.")
    watermark_url: str = setting("", STRING, "The image's source URL.")
    watermark_opacity: float = setting(1.0, decimal(0, 1, low_included=False), "Multiplies the option's opacity.")
    watermark_preprocess_url: bool = setting(
        False, BOOLEAN, "Apply URL_REPLACEMENTS and BASE_URL to the URL of `watermark_url` too."
    )
    watermarks_cache_size: int = setting(
        256, integer(0), "Watermarks of URLs that a worker keeps, within 48 MiB, for five minutes at most.", zero="none"
    )
