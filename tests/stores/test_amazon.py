"""s3:// on versitygw."""

from collections.abc import Iterator
from dataclasses import replace
from time import time

import pytest

from imgsvc.errors import SourceError
from imgsvc.security.allowlist import check_source
from imgsvc.security.patterns import SourcePattern
from imgsvc.source_url import SourceUrl
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.stores.asking import StoreClient
from imgsvc.sources.stores.aws.building import s3_source
from imgsvc.sources.stores.aws.endpoints import Endpoints
from imgsvc.sources.stores.aws.found import Found
from imgsvc.sources.stores.aws.s3 import S3
from imgsvc.sources.stores.aws.settings import AwsSettings, S3Settings
from imgsvc.sources.stores.aws.sigv4 import Credentials
from imgsvc.sources.stores.renewing import Lease, Renewed
from imgsvc.sources.stores.source import StoreSource
from tests.sources.contract import BODY, Served, SourceContract
from tests.stores.amazon import KEPT, KEY_ID, SECRET, amazon, put_amazon
from tests.stores.clouds import Cloud, fetched, settings

pytestmark = pytest.mark.slow

FETCHING = SourceSettings(download_timeout=30)
AWS = AwsSettings(aws_access_key_id=KEY_ID, aws_secret_access_key=SECRET, aws_config_file="/nowhere")


@pytest.fixture(scope="module", name="cloud")
def _cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with amazon(tmp_path_factory.mktemp("amazon")) as cloud:
        yield cloud


@pytest.fixture(name="source")
def _source(cloud: Cloud) -> Iterator[StoreSource]:
    source = s3_source(settings(S3Settings, cloud.settings), AWS, FETCHING)
    yield source
    source.close()


class TestContract(SourceContract):
    @pytest.fixture
    def served(self, source: StoreSource) -> Served:
        return Served(source, "s3://shop/whole", "s3://shop/missing")


@pytest.mark.parametrize("key", KEPT)
def test_a_key_is_read_byte_for_byte(source: StoreSource, key: str) -> None:
    assert fetched(source, f"s3://shop/{key}").body == KEPT[key]


def test_the_region_is_learned(source: StoreSource) -> None:
    assert source.store.whereabouts(source.key(SourceUrl.parse("s3://shop/whole"))).endswith("us-west-1")

    fetched(source, "s3://shop/whole")

    assert source.store.whereabouts(source.key(SourceUrl.parse("s3://shop/whole"))).endswith("eu-central-1")


def test_a_version_is_read_after_it_was_replaced(cloud: Cloud, source: StoreSource) -> None:
    old = put_amazon(cloud.url, "versioned", b"old")
    put_amazon(cloud.url, "versioned", b"new")

    assert fetched(source, "s3://shop/versioned").body == b"new"
    assert fetched(source, f"s3://shop/versioned?{old}").body == b"old"


def test_a_bucket_that_is_not_there_is_missing(source: StoreSource) -> None:
    with pytest.raises(SourceError, match="NoSuchBucket") as caught:
        fetched(source, "s3://nowhere/a")

    assert caught.value.status == 404


@pytest.mark.parametrize(
    ("aws", "code"),
    [
        (replace(AWS, aws_secret_access_key="wrong"), "SignatureDoesNotMatch"),
        (AwsSettings(aws_ec2_metadata_disabled="true", aws_config_file="/nowhere"), "AccessDenied"),
    ],
)
def test_a_wrong_secret_and_none_are_forbidden(cloud: Cloud, aws: AwsSettings, code: str) -> None:
    with pytest.raises(SourceError, match=code) as caught:
        fetched(s3_source(settings(S3Settings, cloud.settings), aws, FETCHING), "s3://shop/whole")

    assert caught.value.status == 403
    assert SECRET not in str(caught.value)


def test_a_clock_that_is_wrong_by_an_hour_is_set_by_the_stores(cloud: Cloud) -> None:
    found = Found(Credentials(KEY_ID, SECRET), "the test")
    endpoints = Endpoints.of(settings(S3Settings, cloud.settings), AWS)
    store = S3(endpoints, "eu-central-1", Renewed(lambda: Lease(found)), lambda: time() - 3600)

    assert fetched(StoreSource(store, StoreClient(FETCHING), 30), "s3://shop/whole").body == BODY


def test_a_key_with_dots_that_this_server_would_resolve_does_not_lead_out_of_what_is_allowed() -> None:
    allowed = (SourcePattern("s3://shop/public/"),)

    with pytest.raises(Exception, match="ALLOWED_SOURCES"):
        check_source(SourceUrl.parse("s3://shop/public/../secret"), allowed)
