"""Settings of GCS sources, and Google's own variables, which are read as its libraries read them."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from imgsvc.settings.env import BOOLEAN, LIST, STRING, setting
from imgsvc.sources.stores.targets import is_server

_FILE = "application_default_credentials.json"


@dataclass(frozen=True, slots=True)
class GcsSettings:
    """Sources in Google Cloud Storage; docs/sources.md has a role with the least rights."""

    use_gcs: bool = setting(False, BOOLEAN, "Read gs://bucket/key?generation.")
    gcs_key: str = setting(
        "", STRING, "Credentials, as JSON; needs google-auth.", zero="GOOGLE_APPLICATION_CREDENTIALS", secret=True
    )
    gcs_endpoint: str = setting(
        "", STRING, "Server in place of Google's, of which the host counts.", zero="https://storage.googleapis.com"
    )
    gcs_allowed_buckets: tuple[str, ...] = setting((), LIST, "Buckets that may be read.", zero="all")
    gcs_denied_buckets: tuple[str, ...] = setting((), LIST, "Buckets that may not; this outweighs the other list.")

    def __post_init__(self) -> None:
        if self.gcs_endpoint and not is_server(self.gcs_endpoint):
            raise ValueError("GCS_ENDPOINT as host, host:port or an http URL without user name and query")


@dataclass(frozen=True, slots=True)
class GoogleSettings:
    """Google's application default credentials, and where they are looked for: the file, gcloud's, the machine."""

    google_application_credentials: str = setting(
        "", STRING, "File with credentials; needs google-auth.", plain_names=("GOOGLE_APPLICATION_CREDENTIALS",)
    )
    cloudsdk_config: str = setting(
        "",
        STRING,
        "Folder of gcloud's, with a user's login.",
        zero="~/.config/gcloud",
        plain_names=("CLOUDSDK_CONFIG",),
    )
    gce_metadata_host: str = setting(
        "", STRING, "Where the machine is asked.", zero="169.254.169.254", plain_names=("GCE_METADATA_HOST",)
    )
    no_gce_check: str = setting(
        "",
        STRING,
        "true: the machine is not asked; where nothing else gives credentials, requests are not signed then.",
        plain_names=("NO_GCE_CHECK",),
    )

    def own_file(self) -> Path:
        """Where gcloud keeps a user's login."""
        folder = Path(self.cloudsdk_config) if self.cloudsdk_config else Path("~/.config/gcloud")
        # Who has no home has no such file.
        return Path(os.path.expanduser(folder)) / _FILE  # noqa: PTH111 (Path's raises then)

    @property
    def is_unsigned(self) -> bool:
        """Whether nothing is asked where nothing is named."""
        return self.no_gce_check.lower() == "true"


def gcs_cautions(settings: GcsSettings, google: GoogleSettings) -> Iterator[str]:
    """A sentence for what may not be meant so."""
    named = settings.gcs_key or google.google_application_credentials
    if settings.use_gcs and google.is_unsigned and not named and not google.own_file().is_file():
        yield "USE_GCS is on, and NO_GCE_CHECK is true: without credentials, requests are not signed"
