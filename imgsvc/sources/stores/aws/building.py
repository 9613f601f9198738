"""S3 sources from their settings.

PERF: where credentials are looked for is loaded when they are looked for, and profiles where there is a file of them.
"""

import os
from collections.abc import Iterator

from imgsvc.errors import CredentialsError
from imgsvc.settings.env import Mistake, SettingsError
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.stores.asking import StoreClient
from imgsvc.sources.stores.aws.endpoints import Endpoints
from imgsvc.sources.stores.aws.found import Found, RefusedProfileError, of_environment
from imgsvc.sources.stores.aws.s3 import S3
from imgsvc.sources.stores.aws.settings import DEFAULT_REGION, REGION, AwsSettings, S3Settings
from imgsvc.sources.stores.containers import Containers
from imgsvc.sources.stores.renewing import Lease, Renewed
from imgsvc.sources.stores.source import StoreSource


def s3_source(settings: S3Settings, aws: AwsSettings, fetching: SourceSettings) -> StoreSource:
    """What reads s3://; SettingsError lists what of AWS's own variables and files no server starts with."""
    client = StoreClient(fetching)
    return StoreSource(
        s3_store(settings, aws, client),
        client,
        fetching.download_timeout,
        query_separator=fetching.source_url_query_separator,
        containers=Containers(settings.s3_allowed_buckets, settings.s3_denied_buckets, "S3"),
    )


def s3_store(settings: S3Settings, aws: AwsSettings, client: StoreClient) -> S3:
    """The store; SettingsError as above."""
    if found := [Mistake("USE_S3", expected, "true") for expected in mistakes(aws)]:
        raise SettingsError(found)
    home = region(settings, aws)
    return S3(Endpoints.of(settings, aws), home, _credentials(settings, aws, home, client))


def _credentials(settings: S3Settings, aws: AwsSettings, home: str, client: StoreClient) -> Renewed[Found]:
    def renew() -> Lease[Found]:
        from imgsvc.sources.stores.aws.chain import Chain  # noqa: PLC0415

        return Chain(settings, aws, home, client).renew()

    at_hand = None if settings.s3_assume_role_arn else of_environment(aws)
    return Renewed(renew, lease=Lease(at_hand) if isinstance(at_hand, Found) else None)


def region(settings: S3Settings, aws: AwsSettings) -> str:
    """The region that is meant where nothing else is known."""
    named = settings.s3_region or aws.aws_region
    if named and REGION.fullmatch(named):
        return named
    if not _may_have_profiles(aws):
        return DEFAULT_REGION
    from imgsvc.sources.stores.aws.profiles import Profiles  # noqa: PLC0415

    try:
        found = Profiles(aws).region()
    except CredentialsError:
        found = ""
    return found if REGION.fullmatch(found) else DEFAULT_REGION


def mistakes(aws: AwsSettings) -> Iterator[str]:
    """Why no server starts with these: the profile asks for what is not done here."""
    yield from aws.faults()
    if aws.aws_access_key_id or aws.aws_web_identity_token_file or not _may_have_profiles(aws):
        return
    from imgsvc.sources.stores.aws.profiles import Profiles  # noqa: PLC0415

    try:
        Profiles(aws).step()
    except RefusedProfileError as error:
        yield str(error)
    except CredentialsError:
        # Said at the first request, and to `imgsvc doctor`: a file may come later.
        return


def _may_have_profiles(aws: AwsSettings) -> bool:
    """Whether one is chosen, or there is a file of them."""
    return bool(aws.aws_profile) or any(
        os.path.lexists(os.path.expanduser(each))  # noqa: PTH111 (Path's raises where there is no home)
        for each in aws.profile_files
    )
