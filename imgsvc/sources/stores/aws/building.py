"""S3 sources from their settings."""

from imgsvc.env import Mistake, SettingsError
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.stores.asking import StoreClient
from imgsvc.sources.stores.aws import chain
from imgsvc.sources.stores.aws.endpoints import Endpoints
from imgsvc.sources.stores.aws.s3 import S3
from imgsvc.sources.stores.aws.settings import AwsSettings, S3Settings
from imgsvc.sources.stores.containers import Containers
from imgsvc.sources.stores.renewing import Renewed
from imgsvc.sources.stores.source import StoreSource


def s3_source(settings: S3Settings, aws: AwsSettings, fetching: SourceSettings) -> StoreSource:
    """What reads s3://; SettingsError lists what of AWS's own variables and files no server starts with."""
    if mistakes := [Mistake("USE_S3", expected, "true") for expected in chain.mistakes(aws)]:
        raise SettingsError(mistakes)
    client = StoreClient(fetching)
    region = chain.region(settings, aws)
    found = chain.Chain(settings, aws, region, client)
    store = S3(Endpoints.of(settings, aws), region, Renewed(found.renew, lease=found.at_hand()))
    return StoreSource(
        store,
        client,
        fetching.download_timeout,
        query_separator=fetching.source_url_query_separator,
        containers=Containers(settings.s3_allowed_buckets, settings.s3_denied_buckets, "S3"),
    )
