"""Swift sources from their settings."""

from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.stores.asking import StoreClient
from imgsvc.sources.stores.containers import Containers
from imgsvc.sources.stores.openstack.login import Login, User
from imgsvc.sources.stores.openstack.settings import SwiftSettings, auth_version
from imgsvc.sources.stores.openstack.swift import Swift
from imgsvc.sources.stores.source import StoreSource
from imgsvc.sources.stores.targets import server


def swift_source(settings: SwiftSettings, fetching: SourceSettings) -> StoreSource:
    """What reads swift://."""
    client = StoreClient(fetching)
    return StoreSource(
        swift_store(settings, client),
        client,
        min(fetching.download_timeout, settings.swift_timeout_seconds),
        query_separator=fetching.source_url_query_separator,
        containers=Containers(settings.swift_allowed_buckets, settings.swift_denied_buckets, "SWIFT"),
    )


def swift_store(settings: SwiftSettings, client: StoreClient) -> Swift:
    """The store."""
    version = auth_version(settings.swift_auth_url, settings.swift_auth_version)
    user = User(settings.swift_username, settings.swift_api_key, settings.swift_tenant, settings.swift_domain)
    seconds = settings.swift_connect_timeout_seconds
    return Swift(Login(server(settings.swift_auth_url), version, user, client, seconds))
