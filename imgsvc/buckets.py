"""Buckets in which something is kept, from the settings of the stores: loaded where there is one."""

from dataclasses import replace

from imgsvc.config import Config
from imgsvc.errors import SourceUnreachableError
from imgsvc.results.bucket import Bucket
from imgsvc.results.settings import Location
from imgsvc.settings.env import Mistake, SettingsError
from imgsvc.sources.stores.asking import StoreClient
from imgsvc.sources.stores.objects import Objects
from imgsvc.sources.stores.store import Store


def create_bucket(config: Config, found: Location) -> Bucket:
    """The bucket that RESULT_STORE names; SettingsError where that cannot be."""
    return Bucket(create_objects(config, found, "RESULT_STORE"))


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
