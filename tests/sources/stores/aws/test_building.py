"""Twin of imgsvc/sources/stores/aws/building.py."""

import pytest

from imgsvc.env import SettingsError
from imgsvc.errors import SourceUnreachableError
from imgsvc.source_url import SourceUrl
from imgsvc.sources.keys import Key
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.stores.aws.building import s3_source
from imgsvc.sources.stores.aws.settings import AwsSettings, S3Settings


def test_a_source_is_made_of_its_settings() -> None:
    settings = S3Settings(s3_region="eu-west-3", s3_denied_buckets=("secret",))
    source = s3_source(settings, AwsSettings(), SourceSettings(source_url_query_separator="!"))

    assert source.key(SourceUrl.parse("s3://bucket/a?b!c")) == Key("bucket", "a?b", "c")
    assert source.store.whereabouts(Key("bucket", "a")).endswith("eu-west-3")
    with pytest.raises(SourceUnreachableError, match="S3_DENIED_BUCKETS"):
        source.key(SourceUrl.parse("s3://secret/a"))


def test_what_is_wrong_with_awss_variables_is_a_mistake_where_s3_is_read() -> None:
    with pytest.raises(SettingsError, match="AWS_SECRET_ACCESS_KEY"):
        s3_source(S3Settings(use_s3=True), AwsSettings(aws_access_key_id="A"), SourceSettings())


@pytest.mark.parametrize(
    ("settings", "aws", "is_logged_in"),
    [
        (S3Settings(), AwsSettings(aws_access_key_id="A", aws_secret_access_key="B"), True),
        (S3Settings(s3_assume_role_arn="r"), AwsSettings(aws_access_key_id="A", aws_secret_access_key="B"), False),
        (S3Settings(), AwsSettings(aws_config_file="/nowhere", aws_shared_credentials_file="/nowhere"), False),
    ],
)
def test_who_has_keys_waits_for_nobody(settings: S3Settings, aws: AwsSettings, is_logged_in: bool) -> None:
    assert s3_source(settings, aws, SourceSettings()).store.is_logged_in is is_logged_in
