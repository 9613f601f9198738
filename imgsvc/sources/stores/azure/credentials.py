"""Azure's credentials: client secret, workload identity, managed identity; a token of each is one request.

Whoever is set up first is the one. One that is set up and fails is the end: whoever comes behind it would be somebody
else.
"""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from imgsvc.errors import CredentialsError
from imgsvc.sources.stores.asking import Ask, StoreClient
from imgsvc.sources.stores.azure.settings import AzureSettings
from imgsvc.sources.stores.renewing import Lease
from imgsvc.sources.stores.signing import Bearer
from imgsvc.sources.stores.targets import below, quoted, server
from imgsvc.sources.stores.tokens import form, had

_RESOURCE = "https://storage.azure.com/"
_AUTHORITY = "https://login.microsoftonline.com"
_METADATA = "http://169.254.169.254"
_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def bearer(settings: AzureSettings, client: StoreClient) -> Bearer:
    """What has tokens, by the order of Azure's libraries."""
    absent = "ABS_KEY and ABS_SAS_TOKEN are not set"
    if settings.has_secret:
        return Bearer(of_secret(settings, client), "AZURE_CLIENT_SECRET", absent)
    absent += ", nor are AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET"
    if settings.has_token_file:
        return Bearer(of_token_file(settings, client), "AZURE_FEDERATED_TOKEN_FILE", absent)
    absent += " or AZURE_FEDERATED_TOKEN_FILE"
    if settings.identity_endpoint and settings.identity_header:
        return Bearer(of_service(settings, client), "the managed identity of IDENTITY_ENDPOINT", absent)
    return Bearer(of_machine(settings, client), "the managed identity of the metadata service", absent)


def of_secret(settings: AzureSettings, client: StoreClient) -> Callable[[], Lease[str]]:
    """Tokens of an application that has a secret."""
    return lambda: _of_application(settings, client, {"client_secret": settings.azure_client_secret})


def of_token_file(settings: AzureSettings, client: StoreClient) -> Callable[[], Lease[str]]:
    """Tokens of an application for the token in a file, which Kubernetes writes anew before that ends."""

    def token() -> Lease[str]:
        try:
            assertion = Path(settings.azure_federated_token_file).read_text("ascii").strip()
        except (OSError, ValueError) as error:
            raise CredentialsError(f"it cannot be read ({type(error).__name__})") from None
        return _of_application(settings, client, {"client_assertion_type": _ASSERTION, "client_assertion": assertion})

    return token


def of_service(settings: AzureSettings, client: StoreClient) -> Callable[[], Lease[str]]:
    """Tokens of the managed identity of App Service, Functions and Container Apps."""
    base = server(settings.identity_endpoint)
    url = base.asking(f"{base.target}?{_query('2019-08-01', settings)}")
    ask = Ask(url, {"x-identity-header": settings.identity_header}, is_direct=True)
    return lambda: had(client, ask, base.origin)


def of_machine(settings: AzureSettings, client: StoreClient) -> Callable[[], Lease[str]]:
    """Tokens of the managed identity of a virtual machine."""
    base = server(settings.azure_pod_identity_authority_host or _METADATA)
    url = below(base, f"/metadata/identity/oauth2/token?{_query('2018-02-01', settings)}")
    ask = Ask(url, {"metadata": "true"}, is_direct=True)
    return lambda: had(client, ask, base.origin)


def _of_application(settings: AzureSettings, client: StoreClient, proof: dict[str, str]) -> Lease[str]:
    host = server(settings.azure_authority_host or _AUTHORITY, "https")
    fields = {
        "client_id": settings.azure_client_id,
        "grant_type": "client_credentials",
        "scope": f"{_RESOURCE}.default",
    }
    url = below(host, f"/{quoted(settings.azure_tenant_id)}/oauth2/v2.0/token")
    return had(client, form(url, fields | proof), host.origin)


def _query(version: str, settings: AzureSettings) -> str:
    named = {"client_id": settings.azure_client_id} if settings.azure_client_id else {}
    return urlencode({"api-version": version, "resource": _RESOURCE, **named})
