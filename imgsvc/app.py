"""The composition root: a Config becomes a WSGI application. Only this module knows every room."""

import base64
import binascii
import sys
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from imgsvc.codecs.color import to_processing, to_result
from imgsvc.codecs.decode import open_image
from imgsvc.codecs.engine import engine
from imgsvc.codecs.sniff import sniff
from imgsvc.config import Config, from_environment
from imgsvc.decision import Rules
from imgsvc.env import Mistake, SettingsError, environment
from imgsvc.errors import RenderingError
from imgsvc.imaging import Watermark
from imgsvc.rendering import Renderer
from imgsvc.runtime.scope import Scope
from imgsvc.security.addresses import refusal
from imgsvc.security.allowlist import check_source
from imgsvc.security.signature import Signature
from imgsvc.sources.body import fetch
from imgsvc.sources.http import HttpSource
from imgsvc.sources.local import LocalSource
from imgsvc.sources.routing import Router
from imgsvc.sources.source import Fetched, Source, SourceRequest
from imgsvc.telemetry.logs import configure_logging
from imgsvc.url.parse import Parser
from imgsvc.web.application import create_app
from imgsvc.web.settings import FallbackSettings, WatermarkSettings

if TYPE_CHECKING:
    import falcon

# sysexits.h: EX_CONFIG. systemd's RestartPreventExitStatus knows it.
EXIT_CONFIG = 78
_START_UP_SECONDS = 30


def create_renderer(config: Config) -> Renderer:
    """Build every room from its settings, and introduce them; SettingsError lists what does not fit together."""
    _check_engine()
    sources = _sources(config)
    return Renderer(
        signature=Signature(config.signature),
        parser=Parser(config.url, _preset_lines(config), now=time.time),
        sources=sources,
        path_prefix=config.url.path_prefix,
        defaults=config.defaults,
        limits=config.limits,
        rules=Rules(config.formats, config.decode, config.encode),
        watermark=_watermark(config, sources),
        fallback=_fallback(config.fallback, sources),
    )


def create_application(environ: Mapping[str, str]) -> "falcon.App[Any, Any]":
    """The WSGI application that `environ` describes."""
    config = from_environment(environ)
    configure_logging(config.log)
    return create_app(create_renderer(config), config)


def __getattr__(name: str) -> Any:
    """Make `imgsvc.app:application` when a WSGI server asks for it, and not before: the command line only imports."""
    if name != "application":
        raise AttributeError(name)
    try:
        return create_application(environment())
    except SettingsError as error:
        # Not through the log: its own settings may be among the mistakes.
        sys.stderr.write(f"imgsvc: these settings cannot be used:\n{error}\n")
        raise SystemExit(EXIT_CONFIG) from None


def _check_engine() -> None:
    if fault := engine().fault:
        raise SettingsError([Mistake("PIL", "Pillow-SIMD", fault)])


def _sources(config: Config) -> Source:
    def is_allowed(url: str) -> bool:
        try:
            check_source(url, config.limits.allowed_sources)
        except RenderingError:
            return False
        return True

    http = HttpSource(config.sources, lambda address: refusal(address, config.addresses), is_allowed)
    sources: dict[str, Source] = {"http": http, "https": http}
    if root := config.sources.local_filesystem_root:
        sources["local"] = LocalSource(root, config.sources.source_url_query_separator)
    return Router(sources)


def _preset_lines(config: Config) -> tuple[str, ...]:
    path = config.url.presets_path
    return tuple(path.read_text(encoding="utf-8").splitlines()) if path else ()


def _standing(name: str, data: str, path: Any, url: str, sources: Source) -> Fetched | None:
    """An image that is loaded once, at start-up: from base64, a file, or a source URL."""
    try:
        if data:
            return Fetched(200, {}, base64.b64decode(data, validate=True))
        if path:
            return Fetched(200, {}, path.read_bytes())
        if url:
            return fetch(sources, SourceRequest(url), Scope(_START_UP_SECONDS), 0)
    except (binascii.Error, OSError, RenderingError) as error:
        raise SettingsError([Mistake(name, "an image that can be loaded", str(error))]) from error
    return None


def _fallback(settings: FallbackSettings, sources: Source) -> Fetched | None:
    found = _standing(
        "FALLBACK_IMAGE",
        settings.fallback_image_data,
        settings.fallback_image_path,
        settings.fallback_image_url,
        sources,
    )
    if found is None:
        return None
    # COMPAT: imgproxy's handlers/processing drops these two: they are the stand-in's, not the picture's.
    kept = {name: value for name, value in found.headers.items() if name not in ("expires", "last-modified")}
    return Fetched(found.status, kept, found.body)


def _watermark(config: Config, sources: Source) -> Watermark | None:
    settings: WatermarkSettings = config.watermark
    found = _standing("WATERMARK", settings.watermark_data, settings.watermark_path, settings.watermark_url, sources)
    if found is None:
        return None
    try:
        picture = open_image(found.body, sniff(found.body), config.decode).decode()
        picture = to_result(to_processing(picture), keep_profile=False)
    except RenderingError as error:
        raise SettingsError([Mistake("WATERMARK", "an image that can be read", str(error))]) from error
    return Watermark(picture.frames[0], settings.watermark_opacity)
