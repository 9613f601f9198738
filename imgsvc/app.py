"""The composition root: a Config becomes a WSGI application. Only this module knows every room."""

import base64
import binascii
import logging
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from imgsvc.codecs.color import to_processing, to_result
from imgsvc.codecs.decode import open_image
from imgsvc.codecs.encode import can_encode
from imgsvc.codecs.engine import engine
from imgsvc.codecs.settings import FormatSettings
from imgsvc.codecs.sniff import sniff
from imgsvc.config import Config, cautions, fingerprint, read, unused_variables
from imgsvc.decision import Rules
from imgsvc.env import Mistake, SettingsError
from imgsvc.environment import environment
from imgsvc.errors import RenderingError
from imgsvc.exit_codes import ExitCode
from imgsvc.imaging import Watermark
from imgsvc.rendering import Renderer
from imgsvc.runtime.scope import Scope
from imgsvc.security.addresses import refusal
from imgsvc.security.allowlist import check_source
from imgsvc.security.signature import Signature
from imgsvc.source_url import SourceUrl
from imgsvc.sources.body import fetch
from imgsvc.sources.http import HttpSource
from imgsvc.sources.local import LocalSource
from imgsvc.sources.routing import Router
from imgsvc.sources.source import Fetched, Source, SourceRequest
from imgsvc.telemetry.logs import configure_logging
from imgsvc.telemetry.reports import Reports, create_reports
from imgsvc.telemetry.traces import Traces
from imgsvc.telemetry.tracing import create_traces
from imgsvc.url.parse import Parser
from imgsvc.web.application import create_app
from imgsvc.web.settings import FallbackSettings, WatermarkSettings

if TYPE_CHECKING:
    import falcon

_START_UP_SECONDS = 30
_SHOWN_CHARACTERS = 60

_log = logging.getLogger("imgsvc")

T = TypeVar("T")


def create_renderer(config: Config, mistakes: Iterable[Mistake] = ()) -> Renderer:
    """Build every room from its settings, and introduce them.

    SettingsError lists what does not fit together, behind the `mistakes` that are known already.
    """
    found = list(mistakes)
    _collect(found, _check_engine)
    sources = _sources(config)
    formats = _collect(found, lambda: _writable(config.formats))
    parser = _collect(found, lambda: create_parser(config))
    watermark = _collect(found, lambda: _watermark(config, sources))
    fallback = _collect(found, lambda: _fallback(config.fallback, sources))
    if found or parser is None or formats is None:
        raise SettingsError(found)
    return Renderer(
        signature=Signature(config.signature),
        parser=parser,
        sources=sources,
        path_prefix=config.url.path_prefix,
        defaults=config.defaults,
        limits=config.limits,
        rules=Rules(formats, config.decode, config.encode),
        watermark=watermark,
        fallback=fallback,
        fingerprint=fingerprint(replace(config, formats=formats), _preset_lines(config)),
    )


def create_parser(config: Config) -> Parser:
    """What reads URLs under these settings."""
    return Parser(config.url, _preset_lines(config), now=time.time)


def _collect(mistakes: list[Mistake], step: Callable[[], T]) -> T | None:
    """What `step` makes; nothing if it cannot, with its mistakes added to the others."""
    try:
        return step()
    except SettingsError as error:
        mistakes += error.mistakes
        return None


@dataclass(frozen=True, slots=True)
class Watchers:
    """Where reports and traces go, if anywhere."""

    reports: Reports | None
    traces: Traces | None


def create_watchers(config: Config, mistakes: list[Mistake]) -> Watchers:
    """Build them from their settings; what cannot be used is added to the mistakes."""
    reports = _collect(mistakes, lambda: create_reports(config.reports))
    traces = _collect(mistakes, lambda: create_traces(config.traces))
    return Watchers(reports, traces)


def create_application(environ: Mapping[str, str]) -> "falcon.App[Any, Any]":
    """The WSGI application that `environ` describes."""
    config, mistakes = read(environ)
    _collect(mistakes, lambda: configure_logging(config.log, environ.get("JOURNAL_STREAM", "")))
    watchers = create_watchers(config, mistakes)
    renderer = create_renderer(config, mistakes)
    for warning in (*unused_variables(environ), *cautions(config)):
        _log.warning(warning)
    return create_app(renderer, config, watchers.reports, watchers.traces)


def __getattr__(name: str) -> Any:
    """Make `imgsvc.app:application` when a WSGI server asks for it, and not before: the command line only imports."""
    if name != "application":
        raise AttributeError(name)
    try:
        return create_application(environment())
    except SettingsError as error:
        # Not through the log: its own settings may be among the mistakes.
        sys.stderr.write(f"imgsvc: these settings cannot be used:\n{error}\n")
        raise SystemExit(ExitCode.CONFIG) from None


def _check_engine() -> None:
    if fault := engine().fault:
        raise SettingsError([Mistake("PIL", "Pillow-SIMD", fault)])


def _writable(settings: FormatSettings) -> FormatSettings:
    """The settings, less the preferred formats that this installation cannot write."""
    kept = tuple(filter(can_encode, settings.preferred_formats))
    words = [each.word for each in settings.preferred_formats if each not in kept]
    if not kept:
        expected = "at least one format that can be written here, as `imgsvc doctor` shows"
        raise SettingsError([Mistake("PREFERRED_FORMATS", expected, ",".join(words))])
    if words:
        _log.warning("PREFERRED_FORMATS: %s cannot be written here, and does not count", " and ".join(words))
    return replace(settings, preferred_formats=kept)


def _sources(config: Config) -> Source:
    def is_allowed(source: SourceUrl) -> bool:
        try:
            check_source(source, config.limits.allowed_sources)
        except RenderingError:
            return False
        return True

    http = HttpSource(
        config.sources,
        lambda address: refusal(address, config.addresses),
        is_allowed,
        lists_sources=bool(config.limits.allowed_sources),
    )
    sources: dict[str, Source] = {"http": http, "https": http}
    if root := config.sources.local_filesystem_root:
        sources["local"] = LocalSource(root, config.sources.source_url_query_separator)
    return Router(sources)


def _preset_lines(config: Config) -> tuple[str, ...]:
    path = config.url.presets_path
    try:
        return tuple(path.read_text(encoding="utf-8").splitlines()) if path else ()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([Mistake("PRESETS_PATH", f"a text file that can be read ({error})", str(path))]) from error


def _standing(name: str, data: str, path: Path | None, url: str, sources: Source) -> tuple[str, Fetched | None]:
    """An image that is loaded once, at start-up: from base64, a file, or a source URL; before it, its variable."""
    variable = name + ("_DATA" if data else "_PATH" if path else "_URL")
    try:
        if data:
            return variable, Fetched(200, {}, base64.b64decode(data, validate=True))
        if path:
            return variable, Fetched(200, {}, path.read_bytes())
        if url:
            return variable, fetch(sources, SourceRequest(SourceUrl.parse(url)), Scope(_START_UP_SECONDS), 0)
    except (binascii.Error, OSError, RenderingError) as error:
        expected = f"an image that can be loaded ({error})"
        raise SettingsError([Mistake(variable, expected, _shown(data, path, url))]) from error
    return variable, None


def _shown(data: str, path: Path | None, url: str) -> str:
    """The value of a standing image's variable, cut where it is long."""
    value = data or str(path or url)
    return value if len(value) <= _SHOWN_CHARACTERS else f"{value[:_SHOWN_CHARACTERS]}..."


def _fallback(settings: FallbackSettings, sources: Source) -> Fetched | None:
    _, found = _standing(
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
    data, path, url = settings.watermark_data, settings.watermark_path, settings.watermark_url
    variable, found = _standing("WATERMARK", data, path, url, sources)
    if found is None:
        return None
    try:
        picture = open_image(found.body, sniff(found.body), config.decode).decode()
        picture = to_result(to_processing(picture), keep_profile=False)
    except RenderingError as error:
        expected = f"an image that can be read ({error})"
        raise SettingsError([Mistake(variable, expected, _shown(data, path, url))]) from error
    digest = blake2b(found.body, digest_size=9).hexdigest()
    return Watermark(picture.frames[0], settings.watermark_opacity, f"{digest}*{settings.watermark_opacity}")
