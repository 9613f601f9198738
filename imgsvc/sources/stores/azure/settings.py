"""Settings of Azure Blob sources, and Azure's own variables, which are read as its libraries read them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from imgsvc.settings.env import BOOLEAN, LIST, STRING, setting
from imgsvc.sources.stores.targets import is_server

_ACCOUNT = re.compile(r"[a-z0-9]{3,24}")


@dataclass(frozen=True, slots=True)
class AbsSettings:
    """Sources in Azure Blob Storage; docs/sources.md has a role with the least rights."""

    use_abs: bool = setting(False, BOOLEAN, "Read abs://container/key.")
    abs_name: str = setting("", STRING, "Storage account; needed for abs://.")
    abs_key: str = setting("", STRING, "Key of the account.", zero="ABS_SAS_TOKEN, else a token", secret=True)
    abs_sas_token: str = setting(
        "",
        STRING,
        "Shared access signature that is put behind each URL.",
        secret=True,
        plain_names=("AZURE_STORAGE_SAS_TOKEN",),
    )
    abs_endpoint: str = setting(
        "", STRING, "Server in place of Azure's.", zero="https://ABS_NAME.blob.core.windows.net"
    )
    abs_allowed_buckets: tuple[str, ...] = setting((), LIST, "Containers that may be read.", zero="all")
    abs_denied_buckets: tuple[str, ...] = setting((), LIST, "Containers that may not; this outweighs the other list.")

    def __post_init__(self) -> None:
        if self.use_abs and not _ACCOUNT.fullmatch(self.abs_name):
            raise ValueError("ABS_NAME of 3 to 24 lower-case letters and digits where USE_ABS is on")
        if self.abs_endpoint and not is_server(self.abs_endpoint):
            raise ValueError("ABS_ENDPOINT as an http URL without user name and query, as ABS_SAS_TOKEN has that")
        if self.abs_key or self.abs_sas_token:
            self._check_secrets()

    def _check_secrets(self) -> None:
        # PERF: a store that is off is not loaded, and these settings are read by every server.
        from imgsvc.sources.stores.azure.signing import access_query, account_key  # noqa: PLC0415

        for name, read in (("abs_key", account_key), ("abs_sas_token", access_query)):
            try:
                if text := getattr(self, name):
                    read(text)
            except ValueError:
                form = "Base64" if name == "abs_key" else "sv=...&sig=..."
                raise ValueError(f"{name.upper()} in the form {form}") from None


def _plain(name: str, meaning: str, *, zero: str = "", secret: bool = False) -> str:
    text: str = setting("", STRING, meaning, zero=zero, secret=secret, plain_names=(name,))
    return text


@dataclass(frozen=True, slots=True)
class AzureSettings:
    """Azure's credentials, in this order: client secret, workload identity, managed identity; docs/sources.md."""

    azure_tenant_id: str = _plain("AZURE_TENANT_ID", "Tenant of the application.")
    azure_client_id: str = _plain("AZURE_CLIENT_ID", "Application, or managed identity where a machine has several.")
    azure_client_secret: str = _plain("AZURE_CLIENT_SECRET", "Secret of the application.", secret=True)
    azure_federated_token_file: str = _plain(
        "AZURE_FEDERATED_TOKEN_FILE", "File with a token, as AKS mounts it for workload identity."
    )
    azure_authority_host: str = _plain(
        "AZURE_AUTHORITY_HOST", "Who gives the application tokens.", zero="https://login.microsoftonline.com"
    )
    azure_client_certificate_path: str = _plain("AZURE_CLIENT_CERTIFICATE_PATH", "Not used: docs/sources.md.")
    azure_password: str = _plain("AZURE_PASSWORD", "Not used: docs/sources.md.", secret=True)
    identity_endpoint: str = _plain(
        "IDENTITY_ENDPOINT", "Managed identity of App Service and its like: who gives tokens."
    )
    identity_header: str = _plain("IDENTITY_HEADER", "What is sent there.", secret=True)
    azure_pod_identity_authority_host: str = _plain(
        "AZURE_POD_IDENTITY_AUTHORITY_HOST", "Where the machine is asked.", zero="http://169.254.169.254"
    )

    @property
    def has_secret(self) -> bool:
        """Whether an application has its secret."""
        return bool(self.azure_tenant_id and self.azure_client_id and self.azure_client_secret)

    @property
    def has_token_file(self) -> bool:
        """Whether an application has a file with tokens."""
        return bool(self.azure_tenant_id and self.azure_client_id and self.azure_federated_token_file)

    def faults(self) -> Iterator[str]:
        """What cannot be used. Only who reads Azure is told: these variables are for every program of a machine."""
        for name in ("azure_authority_host", "identity_endpoint", "azure_pod_identity_authority_host"):
            if (url := getattr(self, name)) and not is_server(url):
                yield f"{name.upper()} as an http URL without user name and query"
        # Whoever comes behind these, a managed identity, would be somebody else.
        if self.azure_client_certificate_path and not self.has_secret:
            yield "no AZURE_CLIENT_CERTIFICATE_PATH, for certificates sign nothing here; AZURE_CLIENT_SECRET does"
        if self.azure_password and not self.has_secret:
            yield "no AZURE_PASSWORD, for a user's password logs nobody in here; AZURE_CLIENT_SECRET does"
