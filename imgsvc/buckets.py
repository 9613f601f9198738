"""Buckets in which something is kept, from the settings of the stores: loaded where there is one."""

from dataclasses import fields, replace
from typing import Any, TypeVar

from imgsvc.config import Config
from imgsvc.errors import SourceUnreachableError
from imgsvc.keeping.bucket import Bucket
from imgsvc.keeping.location import Location
from imgsvc.settings.env import Mistake, SettingsError
from imgsvc.sources.stores.asking import StoreClient
from imgsvc.sources.stores.aws.settings import S3Settings
from imgsvc.sources.stores.azure.settings import AbsSettings
from imgsvc.sources.stores.google.settings import GcsSettings
from imgsvc.sources.stores.objects import Objects
from imgsvc.sources.stores.openstack.settings import SwiftSettings
from imgsvc.sources.stores.store import Store

T = TypeVar("T", S3Settings, GcsSettings, AbsSettings, SwiftSettings)


def create_bucket(config: Config, found: Location, name: str = "RESULT_STORE") -> Bucket:
    """The bucket that the setting of this name says; SettingsError where that cannot be."""
    try:
        stores = {section: own_settings(getattr(config, section), config) for section in ("s3", "gcs", "abs", "swift")}
    except ValueError as error:
        raise SettingsError([Mistake(name, str(error), str(found))]) from None
    return Bucket(create_objects(replace(config, **stores), found, name))


def create_objects(config: Config, found: Location, name: str) -> Objects:
    """What is in a bucket, over a client of its own; SettingsError, of what has this name, where that cannot be."""
    client = StoreClient(config.sources, connections=config.runtime.most_fetches())
    try:
        store = _store(config, found, client)
        store.check(found.name)
    except (ValueError, SourceUnreachableError) as error:
        expected = str(error) if isinstance(error, ValueError) else f"another bucket, for {error}"
        raise SettingsError([Mistake(name, expected, str(found))]) from None
    return Objects(store, client, found.name, found.prefix)


def _store(config: Config, found: Location, client: StoreClient) -> Store:
    """What the scheme names; ValueError where the settings of its sources, which may be off, are not whole.

    PERF: as of sources, the one that is used is loaded.
    """
    if found.scheme == "s3":
        from imgsvc.sources.stores.aws.building import s3_store  # noqa: PLC0415

        return s3_store(config.s3, config.aws, client)
    if found.scheme == "gs":
        from imgsvc.sources.stores.google.building import gcs_store  # noqa: PLC0415
        from imgsvc.sources.stores.google.credentials import WRITING_SCOPE  # noqa: PLC0415

        return gcs_store(config.gcs, config.google, client, WRITING_SCOPE)
    if found.scheme == "abs":
        from imgsvc.sources.stores.azure.building import abs_store  # noqa: PLC0415

        return abs_store(replace(config.abs, use_abs=True), config.azure, client)
    from imgsvc.sources.stores.openstack.building import swift_store  # noqa: PLC0415

    return swift_store(replace(config.swift, use_swift=True), client)


def own_settings(section: T, config: Config) -> T:
    """What CACHE_* say of the store, all of it or nothing: no key of the sources goes to another server."""
    told, usual = config.cache_store, type(config.cache_store)()
    names = [each.name for each in fields(section) if hasattr(told, f"cache_{each.name}")]
    own: dict[str, Any] = {name: getattr(told, f"cache_{name}") for name in names}
    is_set = any(own[name] != getattr(usual, f"cache_{name}") for name in names)
    return type(section)(**own) if told.cache_use or is_set else section
