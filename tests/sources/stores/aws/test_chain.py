"""Twin of imgsvc/sources/stores/aws/chain.py."""

from pathlib import Path

import pytest

from imgsvc.errors import CredentialsError
from imgsvc.sources.stores.aws.chain import Chain
from imgsvc.sources.stores.aws.found import Found
from imgsvc.sources.stores.aws.settings import AwsSettings, S3Settings
from tests.misbehaving import Origin, says
from tests.sources.stores.aws.places import GIVEN, ROLE, in_time, of_instance, refuses, sts

NO_FILES = {"aws_config_file": "/nowhere/config", "aws_shared_credentials_file": "/nowhere/credentials"}
KEYS = {"aws_access_key_id": "AKIDOWN", "aws_secret_access_key": "hush"}


def found(settings: S3Settings = S3Settings(), seconds: float = 5, **aws: str) -> Found:
    chosen = AwsSettings(**(NO_FILES | aws))
    return in_time(lambda client: Chain(settings, chosen, "eu-central-1", client).renew().value, seconds)


def test_keys_in_the_environment_come_first(tmp_path: Path) -> None:
    (tmp_path / "credentials").write_text("[default]\naws_access_key_id=x\naws_secret_access_key=y\n")

    assert found(**KEYS, aws_shared_credentials_file=str(tmp_path / "credentials")).where.startswith("the environment")


def test_a_token_of_a_web_identity_comes_before_a_profile(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("web\n")
    with sts() as origin:
        names = {"aws_web_identity_token_file": str(tmp_path / "token"), "aws_role_arn": ROLE}

        assert found(aws_endpoint_url_sts=origin.url("/"), **names).where == f"the token in {tmp_path}/token, as {ROLE}"


def test_a_profile_comes_before_a_container(tmp_path: Path) -> None:
    (tmp_path / "credentials").write_text("[default]\naws_access_key_id=x\naws_secret_access_key=y\n")
    names = {"aws_shared_credentials_file": str(tmp_path / "credentials")}

    assert found(**names, aws_container_credentials_full_uri="http://127.0.0.1:1/").where == "profile default"


def test_a_container_comes_before_the_instance() -> None:
    with Origin({"/v1": says(GIVEN)}) as origin:
        where = found(aws_container_credentials_full_uri=origin.url("/v1")).where

    assert where.startswith("the container's agent")


def test_the_instance_comes_last() -> None:
    with Origin({"*": of_instance}) as origin:
        assert found(aws_ec2_metadata_service_endpoint=origin.url("/")).where.startswith("the instance")


def test_where_the_instance_is_not_to_be_asked_and_there_is_nothing_else_nothing_is_signed() -> None:
    got = found(aws_ec2_metadata_disabled="true")

    assert got.credentials is None
    assert "AWS_ACCESS_KEY_ID" in got.where


def test_a_role_of_the_settings_is_taken_with_what_is_found() -> None:
    with sts() as origin:
        got = found(S3Settings(s3_assume_role_arn=ROLE), aws_endpoint_url=origin.url("/"), **KEYS)

    assert got.where == f"the environment (AWS_ACCESS_KEY_ID), as {ROLE}"


@pytest.mark.parametrize("source", ["Ec2InstanceMetadata", "EcsContainer"])
def test_a_profile_takes_its_role_with_what_it_names(source: str, tmp_path: Path) -> None:
    (tmp_path / "config").write_text(f"[profile shop]\nrole_arn = {ROLE}\ncredential_source = {source}\n")
    with sts() as lender, Origin({"/v1": says(GIVEN), "*": of_instance}) as machine:
        got = found(
            aws_config_file=str(tmp_path / "config"),
            aws_profile="shop",
            aws_endpoint_url_sts=lender.url("/"),
            aws_container_credentials_full_uri=machine.url("/v1"),
            aws_ec2_metadata_service_endpoint=machine.url("/"),
        )

    assert got.where.endswith(f", as {ROLE}")


def test_one_that_is_set_up_and_fails_is_the_end_and_what_was_tried_is_said() -> None:
    with sts(refuses) as origin:
        said = f"^no credentials for S3: {origin.url('')} does not lend {ROLE}: 403 AccessDenied$"

        with pytest.raises(CredentialsError, match=said):
            found(S3Settings(s3_assume_role_arn=ROLE), aws_endpoint_url=origin.url("/"), **KEYS)


def test_where_nobody_gives_any_every_place_is_named() -> None:
    with pytest.raises(CredentialsError) as caught:
        found(aws_ec2_metadata_service_endpoint="http://127.0.0.1:1/")

    for each in ("the instance at http://127.0.0.1:1", "AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "profile"):
        assert each in str(caught.value)
