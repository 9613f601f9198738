"""Twin of imgsvc/sources/stores/aws/building.py."""

from pathlib import Path

import pytest

from imgsvc.errors import SourceUnreachableError
from imgsvc.settings.env import SettingsError
from imgsvc.source_url import SourceUrl
from imgsvc.sources.keys import Key
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.stores.aws.building import mistakes, region, s3_source
from imgsvc.sources.stores.aws.settings import AwsSettings, S3Settings

NO_FILES = {"aws_config_file": "/nowhere/config", "aws_shared_credentials_file": "/nowhere/credentials"}
KEYS = {"aws_access_key_id": "AKIDOWN", "aws_secret_access_key": "hush"}


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


@pytest.mark.parametrize(
    ("settings", "aws", "expected"),
    [
        (S3Settings(s3_region="eu-west-3"), {"aws_region": "eu-west-1"}, "eu-west-3"),
        (S3Settings(), {"aws_region": "eu-west-1"}, "eu-west-1"),
        (S3Settings(), {}, "us-west-1"),
    ],
)
def test_a_region_is_the_settings_or_awss_or_the_usual_one(
    settings: S3Settings, aws: dict[str, str], expected: str
) -> None:
    assert region(settings, AwsSettings(**(NO_FILES | aws))) == expected


def test_a_profile_has_a_region_too(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[default]\nregion = eu-north-1\n")

    assert (
        region(S3Settings(), AwsSettings(**(NO_FILES | {"aws_config_file": str(tmp_path / "config")}))) == "eu-north-1"
    )


def test_a_profile_that_runs_a_program_ends_the_start_unless_it_is_not_needed(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[default]\ncredential_process = /bin/a\n")
    files = NO_FILES | {"aws_config_file": str(tmp_path / "config")}

    assert [text for text in mistakes(AwsSettings(**files)) if "credential_process" in text]
    assert list(mistakes(AwsSettings(**files, **KEYS))) == []
    assert list(mistakes(AwsSettings(**NO_FILES))) == []
