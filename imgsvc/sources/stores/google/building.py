"""GCS sources from their settings."""

import json
from pathlib import Path
from typing import Any

from imgsvc.settings.env import Mistake, SettingsError
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.stores.asking import StoreClient
from imgsvc.sources.stores.containers import Containers
from imgsvc.sources.stores.google.credentials import METADATA, SCOPE, KeyFile, MetadataServer
from imgsvc.sources.stores.google.gcs import Gcs
from imgsvc.sources.stores.google.settings import GcsSettings, GoogleSettings
from imgsvc.sources.stores.signing import Bearer, Signing, Unsigned
from imgsvc.sources.stores.source import StoreSource
from imgsvc.sources.stores.targets import server

_SERVER = "https://storage.googleapis.com"


def gcs_source(settings: GcsSettings, google: GoogleSettings, fetching: SourceSettings) -> StoreSource:
    """What reads gs://; SettingsError where the credentials are none."""
    client = StoreClient(fetching)
    return StoreSource(
        gcs_store(settings, google, client),
        client,
        fetching.download_timeout,
        query_separator=fetching.source_url_query_separator,
        containers=Containers(settings.gcs_allowed_buckets, settings.gcs_denied_buckets, "GCS"),
    )


def gcs_store(settings: GcsSettings, google: GoogleSettings, client: StoreClient, scope: str = SCOPE) -> Gcs:
    """The store; SettingsError where the credentials are none."""
    try:
        return Gcs(server(settings.gcs_endpoint or _SERVER), signing(settings, google, client, scope))
    except ValueError as error:
        file = google.google_application_credentials or str(google.own_file())
        name, value = ("GCS_KEY", "***") if settings.gcs_key else ("GOOGLE_APPLICATION_CREDENTIALS", file)
        raise SettingsError([Mistake(name, str(error), value)]) from None


def signing(settings: GcsSettings, google: GoogleSettings, client: StoreClient, scope: str = SCOPE) -> Signing:
    """What signs: the first place that is set up, in the order of Google's libraries; ValueError if it cannot be used.

    One that is set up and fails is the end: whoever comes behind it would be somebody else.
    """
    if settings.gcs_key:
        key = KeyFile(_object(settings.gcs_key), "GCS_KEY", client, scope)
        return Bearer(key.token, key.where)
    own = google.own_file()
    if google.google_application_credentials or own.is_file():
        where = "GOOGLE_APPLICATION_CREDENTIALS" if google.google_application_credentials else str(own)
        key = KeyFile(_object(_text(Path(google.google_application_credentials or own))), where, client, scope)
        return Bearer(key.token, key.where)
    absent = f"GCS_KEY and GOOGLE_APPLICATION_CREDENTIALS are not set, and there is no {own}"
    if google.is_unsigned:
        return Unsigned(f"nowhere: requests are not signed, for {absent}, and NO_GCE_CHECK is true")
    machine = MetadataServer(client, google.gce_metadata_host or METADATA)
    return Bearer(machine.token, machine.where, absent)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"a file that can be read ({type(error).__name__})") from None


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ValueError("credentials as a JSON object")
    return found
