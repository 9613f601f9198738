"""The composition root: a Config becomes a WSGI application. Only this module knows every room."""

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from imgsvc.changes import tell_changes
from imgsvc.codecs.color.profiles import read_profiles
from imgsvc.codecs.decode import open_image
from imgsvc.codecs.encode import can_encode
from imgsvc.codecs.engine import engine
from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.settings import FormatSettings
from imgsvc.codecs.sniff import sniff
from imgsvc.config import Config, cautions, fingerprint, read, recipe, result_location, unused_variables
from imgsvc.exit_codes import ExitCode
from imgsvc.imaging.decision import Rules
from imgsvc.imaging.pixels import Watermark
from imgsvc.info.journey import Informer
from imgsvc.options.processing import ProcessingOptions
from imgsvc.priming import prime
from imgsvc.rendering import Renderer
from imgsvc.runtime.http.answers import Words, speak
from imgsvc.runtime.reloading import without_effect
from imgsvc.schemes import create_sources, create_stores, schemes
from imgsvc.security.limits import limits_for
from imgsvc.security.signature import Signature
from imgsvc.settings.env import Mistake, SettingsError
from imgsvc.settings.environment import environment
from imgsvc.source_url import SourceUrl
from imgsvc.sources.source import Fetched, Source
from imgsvc.standing import START_UP_SECONDS, Given, Late, load, load_watermark
from imgsvc.telemetry.logs import configure_logging
from imgsvc.telemetry.reports import Reports, create_reports
from imgsvc.telemetry.traces import Traces
from imgsvc.telemetry.tracing import create_traces
from imgsvc.url.info.rows import INFO
from imgsvc.url.parse import Parser
from imgsvc.url.row import Table
from imgsvc.url.rows.unserved import NOTICE
from imgsvc.url.settings import UrlSettings
from imgsvc.url.table import PICTURE
from imgsvc.watermarks.fallbacks import Fallbacks, as_fallback
from imgsvc.watermarks.fetching import WatermarkFetches
from imgsvc.watermarks.pictures import WatermarkPictures, decoded
from imgsvc.watermarks.watermarks import Watermarks, getter
from imgsvc.web.application import create_app
from imgsvc.web.stores import Stores

if TYPE_CHECKING:
    import falcon

    from imgsvc.security.encryption import SourceCipher

_log = logging.getLogger("imgsvc")

T = TypeVar("T")


def create_renderer(config: Config, mistakes: Iterable[Mistake] = (), *, is_starting: bool = False) -> Renderer:
    """Build every room from its settings, and introduce them.

    SettingsError lists what does not fit together, behind the `mistakes` that are known already. A server that
    `is_starting` is patient with the origins of its own images, and goes on without a fallback image.
    """
    found = list(mistakes)
    _collect(found, _check_engine)
    sources = create_sources(config, found)
    formats = _collect(found, lambda: _writable(config.formats))
    parser = _collect(found, lambda: create_parser(config))
    info_parser = _collect(found, lambda: create_info_parser(config))
    # Nobody waits for an origin only to be told of another mistake.
    patience_seconds = START_UP_SECONDS if is_starting and not found else 0.0
    watermark = _collect(found, lambda: _watermark(config, sources, patience_seconds))
    fallback = _collect(found, lambda: _fallback(config, sources, goes_without=is_starting))
    if found or parser is None or formats is None or info_parser is None:
        raise SettingsError(found)
    return Informer(
        info_parser=info_parser,
        info=config.info,
        signature=Signature(config.signature),
        parser=parser,
        sources=sources,
        profiles=read_profiles(config.encode.color_profiles_dir),
        path_prefix=config.url.path_prefix,
        defaults=config.defaults,
        limits=config.limits,
        rules=Rules(formats, config.decode, config.encode),
        watermarks=_watermarks(config, sources, watermark, parser),
        fallback=fallback if isinstance(fallback, Fetched) else None,
        late_fallback=fallback if isinstance(fallback, Late) else None,
        fallbacks=_fallbacks(config, sources, parser),
        fingerprint=fingerprint(
            replace(config, formats=formats), _preset_lines(config.url.presets_path, "PRESETS_PATH")
        ),
        recipe=recipe(replace(config, formats=formats)) if result_location(config) else "",
        keeps_presets_alone=config.results.result_store_for == "presets",
    )


def create_parser(config: Config) -> Parser:
    """What reads URLs under these settings."""
    return _parser(config, config.url, "PRESETS_PATH", PICTURE)


def create_info_parser(config: Config) -> Parser:
    """What reads what is asked about sources."""
    return _parser(config, config.info.of_urls(config.url), "INFO_PRESETS_PATH", INFO)


def _parser(config: Config, settings: UrlSettings, name: str, table: Table) -> Parser:
    cipher = create_cipher(config)
    decrypt = cipher.decrypted if cipher else None
    lines = _preset_lines(settings.presets_path, name)
    return Parser(settings, lines, now=time.time, decrypt=decrypt, schemes=schemes(config), table=table)


def create_cipher(config: Config) -> "SourceCipher | None":
    """What source URLs are encrypted with; None where they are not."""
    if not config.encryption.source_url_encryption_key:
        return None
    # PERF: as for stores: what is off is not loaded.
    from imgsvc.security.encryption import SourceCipher  # noqa: PLC0415

    return SourceCipher(config.encryption.source_url_encryption_key)


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


@dataclass(frozen=True, slots=True)
class Served:
    """An application, and what it was made from."""

    application: "falcon.App[Any, Any]"
    config: Config
    renderer: Renderer


# What this process serves; made again at a reload.
_served: Served | None = None


def serve(environ: Mapping[str, str], before: Served | None = None) -> Served:
    """The application that `environ` describes; SettingsError if it cannot be made, and then nothing has changed.

    Where there was one `before`, what is different now is logged.
    """
    config, mistakes = read(environ)
    if before is None:
        _collect(mistakes, lambda: _log_as(config, environ))
    watchers = create_watchers(config, mistakes)
    stores = _collect(mistakes, lambda: create_stores(config)) or Stores()
    renderer = create_renderer(config, mistakes, is_starting=before is None)
    if before:
        _log_as(config, environ)
        tell_changes(before.config, config, without_effect())
    else:
        _log.info(NOTICE)
    for warning in (*unused_variables(environ), *cautions(config)):
        _log.warning(warning)
    application = create_app(renderer, config, watchers.reports, watchers.traces, stores)
    speak(Words(config.web.server_name, config.web.health_check_message, dict(config.headers.answered())))
    return Served(application, config, renderer)


def _log_as(config: Config, environ: Mapping[str, str]) -> None:
    configure_logging(config.log, environ.get("JOURNAL_STREAM", ""))
    # SECURITY: its lines for debugging show what is asked for, and nobody tells it that some of it is secret.
    hides = bool(config.encryption.source_url_encryption_key)
    logging.getLogger("urllib3").setLevel(logging.CRITICAL if hides else logging.NOTSET)


def create_application(environ: Mapping[str, str]) -> "falcon.App[Any, Any]":
    """The WSGI application that `environ` describes."""
    return serve(environ).application


def __getattr__(name: str) -> Any:
    """Make `imgsvc.app:application` when a WSGI server asks for it, and not before: the command line only imports."""
    global _served
    if name != "application":
        raise AttributeError(name)
    try:
        _served = serve(environment(), _served)
        prime(_served.renderer)
        return _served.application
    except SettingsError as error:
        # Under gunicorn the log is set up by now, as far as its own settings can be used.
        for mistake in error.mistakes:
            _log.error("%s", mistake)
        _log.critical("These settings cannot be used: %d of them", len(error.mistakes))
        raise SystemExit(ExitCode.TRY_AGAIN if error.is_passing else ExitCode.CONFIG) from None


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


def _preset_lines(path: Path | None, name: str) -> tuple[str, ...]:
    """Those of a file, which the setting of this name has given."""
    try:
        return tuple(path.read_text(encoding="utf-8").splitlines()) if path else ()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([Mistake(name, f"a text file that can be read ({error})", str(path))]) from error


def _fallback(config: Config, sources: Source, *, goes_without: bool) -> Fetched | Late | None:
    settings = config.fallback
    data, path, url = settings.fallback_image_data, settings.fallback_image_path, settings.fallback_image_url
    given = Given("FALLBACK_IMAGE", data, path, url)
    extent = Extent(config.limits.max_src_resolution)
    if not given.is_set:
        return None
    try:
        found = load(given, sources, lambda found: open_image(found.body, sniff(found.body), config.decode, extent))
    except SettingsError as error:
        if not (goes_without and error.is_passing):
            raise
        _log.warning("Without a fallback image until its origin answers: %s", error)
        return Late(given, sources)
    return as_fallback(found)


def _watermarks(config: Config, sources: Source, configured: Watermark | None, parser: Parser) -> Watermarks:
    settings, most = config.watermark, config.runtime.most_fetches()
    kept = settings.watermarks_cache_size
    get = getter(sources, config.limits.max_src_file_size)
    return Watermarks(
        WatermarkFetches(get, kept=kept, most=most, timeout_seconds=config.runtime.timeout),
        WatermarkPictures(kept),
        configured,
        settings.watermark_opacity,
        parser.rewritten if settings.watermark_preprocess_url else SourceUrl.parse,
    )


def _fallbacks(config: Config, sources: Source, parser: Parser) -> Fallbacks:
    settings, runtime = config.fallback, config.runtime
    fetches = WatermarkFetches(
        getter(sources, config.limits.max_src_file_size),
        kept=settings.fallback_images_cache_size,
        most=runtime.most_fetches(),
        timeout_seconds=runtime.timeout,
        what="fallback image",
    )
    return Fallbacks(fetches, parser.rewritten if settings.fallback_image_preprocess_url else SourceUrl.parse)


def _watermark(config: Config, sources: Source, patience_seconds: float) -> Watermark | None:
    limits = limits_for(config.limits, ProcessingOptions())
    return load_watermark(
        config.watermark, sources, lambda found: decoded(found, "", config.decode, limits), patience_seconds
    )
