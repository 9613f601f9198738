"""Azure Blob sources from their settings."""

from imgsvc.settings.env import Mistake, SettingsError
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.stores.asking import StoreClient
from imgsvc.sources.stores.azure.blob import AzureBlob
from imgsvc.sources.stores.azure.credentials import bearer
from imgsvc.sources.stores.azure.settings import AbsSettings, AzureSettings
from imgsvc.sources.stores.azure.signing import SharedAccess, SharedKey
from imgsvc.sources.stores.containers import Containers
from imgsvc.sources.stores.signing import Signing
from imgsvc.sources.stores.source import StoreSource
from imgsvc.sources.stores.targets import server


def abs_source(settings: AbsSettings, azure: AzureSettings, fetching: SourceSettings) -> StoreSource:
    """What reads abs://; SettingsError where Azure's own variables cannot be used."""
    client = StoreClient(fetching)
    return StoreSource(
        abs_store(settings, azure, client),
        client,
        fetching.download_timeout,
        query_separator=fetching.source_url_query_separator,
        containers=Containers(settings.abs_allowed_buckets, settings.abs_denied_buckets, "ABS"),
    )


def abs_store(settings: AbsSettings, azure: AzureSettings, client: StoreClient) -> AzureBlob:
    """The store; SettingsError where Azure's own variables cannot be used."""
    if not (settings.abs_key or settings.abs_sas_token) and (faults := tuple(azure.faults())):
        raise SettingsError(Mistake("USE_ABS", expected, "true") for expected in faults)
    endpoint = server(settings.abs_endpoint or f"https://{settings.abs_name}.blob.core.windows.net")
    return AzureBlob(endpoint, signing(settings, azure, client))


def signing(settings: AbsSettings, azure: AzureSettings, client: StoreClient) -> Signing:
    """What signs: the account's key, a shared access signature, or a token."""
    if settings.abs_key:
        return SharedKey(settings.abs_name, settings.abs_key)
    if settings.abs_sas_token:
        return SharedAccess(settings.abs_sas_token)
    return bearer(azure, client)
