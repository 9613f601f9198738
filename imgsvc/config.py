"""Config: the components' own settings in one value."""

import re
import resource
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from enum import Enum
from hashlib import blake2b
from pathlib import Path
from typing import Any

from imgsvc.codecs.jpeg.jpegli import HAS_JPEGLI
from imgsvc.codecs.pdf.package import HAS_PDFIUM
from imgsvc.codecs.settings import DecodeSettings, EncodeSettings, FormatSettings, decode_cautions, encode_cautions
from imgsvc.info.settings import InfoSettings
from imgsvc.keeping.location import Location
from imgsvc.kept_sources.naming import guard_of
from imgsvc.kept_sources.settings import SourceStoreSettings
from imgsvc.observer.settings import ObserverSettings, PlaygroundSettings
from imgsvc.options.formats import Format
from imgsvc.results.imgproxy import CacheStoreSettings
from imgsvc.results.naming import recipe_of
from imgsvc.results.settings import ResultStoreSettings
from imgsvc.runtime.http.header_settings import HeaderSettings, header_cautions
from imgsvc.runtime.settings import RuntimeSettings, core_count
from imgsvc.runtime.sizing import misfits
from imgsvc.runtime.timeouts import conflicts
from imgsvc.security.settings import (
    AddressSettings,
    EncryptionSettings,
    LimitSettings,
    SignatureSettings,
    key_cautions,
)
from imgsvc.settings import foreign
from imgsvc.settings.env import PREFIXES, Mistake, SettingsError, load, variables
from imgsvc.settings.environment import ENV_FILE_VARIABLES, missing_env_file
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.stores.aws.settings import AwsSettings, S3Settings, s3_cautions
from imgsvc.sources.stores.azure.settings import AbsSettings, AzureSettings
from imgsvc.sources.stores.google.settings import GcsSettings, GoogleSettings, gcs_cautions
from imgsvc.sources.stores.openstack.settings import SwiftSettings
from imgsvc.telemetry.settings import LogSettings, ReportSettings, TraceSettings
from imgsvc.url.settings import OptionDefaults, UrlSettings
from imgsvc.web.settings import CacheSettings, FallbackSettings, WatermarkSettings, WebSettings

_SETTING = re.compile(r"[A-Z][A-Z0-9_]+")

# requests reads them itself.
PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")


# OpenTelemetry's SDK reads these itself.
SDK_VARIABLES = (
    "OTEL_RESOURCE_ATTRIBUTES",
    "OTEL_SDK_DISABLED",
    "OTEL_TRACES_SAMPLER",
    "OTEL_TRACES_SAMPLER_ARG",
    *(
        f"OTEL_EXPORTER_OTLP_{each}"
        for of in ("", "TRACES_")
        for each in (f"{of}CERTIFICATE", f"{of}CLIENT_CERTIFICATE", f"{of}CLIENT_KEY", f"{of}COMPRESSION")
    ),
)


# Settings of pictures that change none of those that are made.
_UNSEEN = frozenset(
    {f"{how}_{each}" for how in ("auto", "enforce") for each in ("webp", "avif", "jxl")}
    | {"svg_unlimited", "svg_timeout", "enable_pdf", "enable_psd", "pdf_timeout", "png_unlimited", "return_attachment"}
)


# Settings of stores that do not say which object a URL means, nor who may have it.
_UNGUARDED = frozenset(
    {"gcs_key", "abs_key", "abs_sas_token", "swift_api_key", "swift_timeout_seconds", "swift_connect_timeout_seconds"}
)


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that an operator can set; docs/configuration.md shows the sections in this order."""

    signature: SignatureSettings = SignatureSettings()
    encryption: EncryptionSettings = EncryptionSettings()
    runtime: RuntimeSettings = RuntimeSettings()
    observer: ObserverSettings = ObserverSettings()
    playground: PlaygroundSettings = PlaygroundSettings()
    web: WebSettings = WebSettings()
    cache: CacheSettings = CacheSettings()
    limits: LimitSettings = LimitSettings()
    addresses: AddressSettings = AddressSettings()
    sources: SourceSettings = SourceSettings()
    headers: HeaderSettings = HeaderSettings()
    s3: S3Settings = S3Settings()
    aws: AwsSettings = AwsSettings()
    gcs: GcsSettings = GcsSettings()
    google: GoogleSettings = GoogleSettings()
    abs: AbsSettings = AbsSettings()
    azure: AzureSettings = AzureSettings()
    swift: SwiftSettings = SwiftSettings()
    url: UrlSettings = UrlSettings()
    info: InfoSettings = InfoSettings()
    defaults: OptionDefaults = OptionDefaults()
    formats: FormatSettings = FormatSettings()
    encode: EncodeSettings = EncodeSettings()
    decode: DecodeSettings = DecodeSettings()
    watermark: WatermarkSettings = WatermarkSettings()
    fallback: FallbackSettings = FallbackSettings()
    results: ResultStoreSettings = ResultStoreSettings()
    source_store: SourceStoreSettings = SourceStoreSettings()
    cache_store: CacheStoreSettings = CacheStoreSettings()
    log: LogSettings = LogSettings()
    reports: ReportSettings = ReportSettings()
    traces: TraceSettings = TraceSettings()


def result_location(config: Config) -> Location | None:
    """Where results are kept, if anywhere: our own name outweighs imgproxy's."""
    return config.results.result_store or config.cache_store.location()


def from_environment(environ: Mapping[str, str]) -> Config:
    """Read every section; SettingsError lists all mistakes of all of them."""
    config, mistakes = read(environ)
    if mistakes:
        raise SettingsError(mistakes)
    return config


def read(environ: Mapping[str, str]) -> tuple[Config, list[Mistake]]:
    """Every section and all mistakes; what cannot be used has its default."""
    mistakes = [
        Mistake(name, f"no value, for {row.reason}; use {row.instead}", environ[name])
        for name, row in foreign.set_ones(environ).items()
        if row.is_fatal
    ]
    sections = {each.name: load(each.type, environ, mistakes) for each in fields(Config)}  # type: ignore[arg-type]
    config = Config(**sections)
    mistakes += _same_address(config, environ)
    return config, mistakes


def _same_address(config: Config, environ: Mapping[str, str]) -> list[Mistake]:
    """COMPAT: imgproxy refuses to start where both its listeners have one address; we have a third."""
    observed = config.observer.prometheus_bind or config.observer.observer_bind
    observer = "PROMETHEUS_BIND" if config.observer.prometheus_bind else "OBSERVER_BIND"
    taken, found = {config.runtime.bind: "BIND"}, []
    for name, bind in ((observer, observed), ("PLAYGROUND_BIND", config.playground.playground_bind)):
        if bind and bind in taken:
            set_ones = [prefix + name for prefix in PREFIXES if environ.get(prefix + name)]
            found.append(
                Mistake(set_ones[0] if set_ones else name, f"another address than that of {taken[bind]}", bind)
            )
        taken.setdefault(bind, name)
    return found


def unused_variables(environ: Mapping[str, str]) -> Iterator[str]:
    """A sentence for what is set and does nothing: imgproxy's variables with the reason, others with a guess.

    Those that end the start are not among them.
    """
    foreign_ones = foreign.set_ones(environ)
    for row in dict.fromkeys(row for row in foreign_ones.values() if not row.is_fatal):
        names = [name for name, its in foreign_ones.items() if its == row]
        verb = "does" if len(names) == 1 else "do"
        instead = f"; instead: {row.instead}" if row.instead else ""
        yield f"{' and '.join(names)} {verb} nothing here: {row.reason}{instead}"
    if name := missing_env_file(environ):
        yield f"{name} does nothing: there is no file {environ[name]}"
    known = known_variables()
    for name in sorted(environ):
        if name.startswith(PREFIXES) and environ[name].strip() and name not in known and not foreign.find(name):
            near = get_close_matches(name, known, 1, 0.85)
            yield f"{name} is not a setting, and does nothing" + (f"; did you mean {near[0]}?" if near else "")


def known_variables() -> set[str]:
    """Every variable that something is read from."""
    known = {name for section in fields(Config) for each in fields(section.type) for name in variables(each)}  # type: ignore[arg-type]
    return known | {*ENV_FILE_VARIABLES, *PROXY_VARIABLES, *SDK_VARIABLES}


def fingerprint(config: Config, presets: Iterable[str] = ()) -> str:
    """Of what changes the bytes of a picture and is not as it comes; empty where all is. `presets`: those of the file.

    What is negotiated is not in it, for that depends on the request; nor are the limits: most pictures are within them.
    """
    parts = [*_changed(config.formats, config.encode, config.decode, config.defaults)]
    parts += filter(None, (config.url.presets, *presets))
    return blake2b("\0".join(parts).encode(), digest_size=9).hexdigest() if parts else ""


def recipe(config: Config) -> str:
    """What results are kept by under these settings; presets are not in it, for a key has what they stand for."""
    limits = (each for each in _changed(config.limits) if not each.startswith("allowed_sources="))
    return recipe_of(*_changed(config.formats, config.encode, config.decode, config.defaults), *limits)


def guard(config: Config) -> str:
    """What sources are kept by under these settings: all by which one may be fetched or not, from whom, and how.

    Credentials are not in it, for they are rotated; nor are time limits.
    """
    stores = _changed(config.addresses, config.s3, config.gcs, config.abs, config.swift, without=_UNGUARDED)
    plain = (config.limits.allowed_sources, config.sources.ignore_ssl_verification, config.headers.requested())
    endpoints = (config.aws.aws_endpoint_url, config.aws.aws_endpoint_url_s3, config.sources.source_url_query_separator)
    return guard_of(*stores, *map(repr, (*plain, *endpoints)))


def _changed(*sections: Any, without: frozenset[str] = frozenset()) -> Iterator[str]:
    """What changes the bytes of a picture and is not as it comes."""
    for section in sections:
        for each in fields(section):
            value = getattr(section, each.name)
            if each.name not in _UNSEEN | without and value != getattr(type(section)(), each.name):
                yield f"{each.name}={_in_words(value)}"


def _in_words(value: Any) -> str:
    """As it stays, whatever else is known of a format or how a class is called: results are kept by it."""
    match value:
        case Enum():
            return value.word if isinstance(value, Format) else str(value.value)
        case Mapping():
            return ",".join(sorted(f"{_in_words(name)}={_in_words(each)}" for name, each in value.items()))
        case tuple():
            return f"({', '.join(map(_in_words, value))})"
        case Path():
            return str(value)
        case _:
            return repr(value)


def limits_in_seconds(config: Config) -> dict[str, float]:
    """The settings that are time limits, by their names in capitals."""
    sections = (config.runtime, config.sources)
    return {
        each.name.upper(): getattr(section, each.name)
        for section in sections
        for each in fields(section)
        if each.name.endswith("timeout")
    }


def cautions(config: Config, mistakes: Iterable[Mistake] = ()) -> Iterator[str]:
    """A sentence for each thing that the settings leave open, or leave without effect, and that may not be meant so.

    Of what is among the `mistakes` nothing is said: the value that it has here is not the one that was meant.
    """
    misread = {word.removeprefix(prefix) for each in mistakes for word in each.name.split() for prefix in PREFIXES}
    yield from (sentence for sentence in _cautions(config) if not misread & set(_SETTING.findall(sentence)))


def _cautions(config: Config) -> Iterator[str]:
    yield from conflicts(limits_in_seconds(config))
    yield from misfits(config.runtime, core_count(), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    yield from s3_cautions(config.s3, config.aws)
    yield from gcs_cautions(config.gcs, config.google)
    yield from decode_cautions(config.decode, has_pdfium=HAS_PDFIUM)
    yield from encode_cautions(config.encode, has_jpegli=HAS_JPEGLI)
    yield from key_cautions(config.signature, config.encryption)
    lists_sources, has_secret = bool(config.limits.allowed_sources), bool(config.web.secret)
    yield from header_cautions(config.headers, lists_sources=lists_sources, has_secret=has_secret)
    if config.sources.local_filesystem_root == Path("/"):
        yield "LOCAL_FILESYSTEM_ROOT is /: every file that the server may read can be fetched"
    if not config.traces.open_telemetry_enable and config.traces.traces_endpoint() != TraceSettings().traces_endpoint():
        yield "OTEL_EXPORTER_OTLP_ENDPOINT does nothing without OPEN_TELEMETRY_ENABLE"
    if config.traces.open_telemetry_enable and config.traces.traces_endpoint().partition("/v1")[0].endswith(":4317"):
        yield "OTEL_EXPORTER_OTLP_ENDPOINT has port 4317, which is gRPC's; traces are sent over HTTP, mostly to 4318"
    if config.web.development_errors_mode:
        yield "DEVELOPMENT_ERRORS_MODE is on: clients are told the causes of errors"
    if config.web.cookie_passthrough_all and not config.web.cookie_passthrough:
        yield "COOKIE_PASSTHROUGH_ALL does nothing without COOKIE_PASSTHROUGH"
    if config.web.cookie_base_url and not config.web.cookie_base_url.startswith(("http://", "https://")):
        yield "COOKIE_BASE_URL does not begin with http:// or https://: no cookies are passed"
