"""What the settings let be read, the schemes that are served and the source behind each; and where it is kept."""

from collections.abc import Callable
from functools import partial

from imgsvc.config import Config, guard, result_location
from imgsvc.errors import RenderingError
from imgsvc.keeping.folder import Folder
from imgsvc.keeping.location import Location
from imgsvc.keeping.storage import Storage
from imgsvc.kept_sources.store import create_source_store
from imgsvc.results.results import create_results
from imgsvc.security.addresses import refusal
from imgsvc.security.allowlist import check_source
from imgsvc.settings.env import Mistake, SettingsError
from imgsvc.source_url import SourceUrl
from imgsvc.sources.http import HttpSource
from imgsvc.sources.local import LocalSource
from imgsvc.sources.routing import Router
from imgsvc.sources.source import Source
from imgsvc.web.stores import Stores


def may_be_read(config: Config, source: SourceUrl) -> bool:
    """Whether ALLOWED_SOURCES has nothing against it."""
    try:
        check_source(source, config.limits.allowed_sources)
    except RenderingError:
        return False
    return True


def create_sources(config: Config, mistakes: list[Mistake]) -> Router:
    """What the settings let be read, by scheme; of what cannot be made, the mistakes are added."""
    http = HttpSource(
        config.sources,
        lambda address: refusal(address, config.addresses),
        partial(may_be_read, config),
        lists_sources=bool(config.limits.allowed_sources),
        connections=config.runtime.most_fetches(),
        custom=config.headers.requested(),
        passed=config.headers.request_headers_passthrough,
    )
    sources: dict[str, Source] = {"http": http, "https": http}
    for scheme, is_on, make in _stores(config):
        if is_on and (made := _made(make, mistakes)):
            sources[scheme] = made
    if root := config.sources.local_filesystem_root:
        sources["local"] = LocalSource(root, config.sources.source_url_query_separator)
    return Router(sources)


def schemes(config: Config) -> frozenset[str]:
    """Those that are served."""
    stores = (scheme for scheme, is_on, _ in _stores(config) if is_on)
    return frozenset(("http", "https", *stores, *(("local",) if config.sources.local_filesystem_root else ())))


def _made(make: Callable[[], Source], mistakes: list[Mistake]) -> Source | None:
    try:
        return make()
    except SettingsError as error:
        mistakes += error.mistakes
        return None


def _stores(config: Config) -> tuple[tuple[str, bool, Callable[[], Source]], ...]:
    """The scheme of each, whether it is on, and what makes its source."""
    return (
        ("s3", config.s3.use_s3, lambda: _s3(config)),
        ("gs", config.gcs.use_gcs, lambda: _gcs(config)),
        ("abs", config.abs.use_abs, lambda: _abs(config)),
        ("swift", config.swift.use_swift, lambda: _swift(config)),
    )


# PERF: a store that is off is not loaded: 5 ms and half a megabyte for each.
def _s3(config: Config) -> Source:
    from imgsvc.sources.stores.aws.building import s3_source  # noqa: PLC0415

    return s3_source(config.s3, config.aws, config.sources)


def _gcs(config: Config) -> Source:
    from imgsvc.sources.stores.google.building import gcs_source  # noqa: PLC0415

    return gcs_source(config.gcs, config.google, config.sources)


def _abs(config: Config) -> Source:
    from imgsvc.sources.stores.azure.building import abs_source  # noqa: PLC0415

    return abs_source(config.abs, config.azure, config.sources)


def _swift(config: Config) -> Source:
    from imgsvc.sources.stores.openstack.building import swift_source  # noqa: PLC0415

    return swift_source(config.swift, config.sources)


def create_result_storage(config: Config) -> Storage | None:
    """Where results are kept by these settings, if anywhere; SettingsError where that cannot be."""
    return _storage(config, result_location(config), "RESULT_STORE")


def create_source_storage(config: Config) -> Storage | None:
    """Where sources are kept, the same."""
    return _storage(config, config.source_store.source_store, "SOURCE_STORE")


def create_stores(config: Config) -> Stores:
    """What is kept by these settings; SettingsError lists what cannot be."""
    found: list[Storage | None] = []
    mistakes: list[Mistake] = []
    for create in (create_result_storage, create_source_storage):
        try:
            found.append(create(config))
        except SettingsError as error:
            mistakes += error.mistakes
    if mistakes:
        raise SettingsError(mistakes)
    results, sources = found
    kept_sources = create_source_store(config.source_store, sources, guard(config))
    return Stores(create_results(config.results, results), kept_sources)


def _storage(config: Config, found: Location | None, setting: str) -> Storage | None:
    if found is None:
        return None
    if folder := found.folder:
        return Folder(folder)
    # PERF: as of sources, what is off is not loaded.
    from imgsvc.buckets import create_bucket  # noqa: PLC0415

    return create_bucket(config, found, setting)
