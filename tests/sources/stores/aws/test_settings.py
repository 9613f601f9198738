"""Twin of imgsvc/sources/stores/aws/settings.py."""

import pytest

from imgsvc.settings.env import Mistake, load
from imgsvc.sources.stores.aws.settings import ACCESS_POINT, AwsSettings, S3Settings, is_on, s3_cautions, server


def loaded(**environ: str) -> tuple[S3Settings, list[Mistake]]:
    mistakes: list[Mistake] = []
    return load(S3Settings, {f"IMGPROXY_{name}": value for name, value in environ.items()}, mistakes), mistakes


def test_the_variables_of_imgproxy_are_read() -> None:
    found, mistakes = loaded(
        USE_S3="true",
        S3_REGION="eu-central-1",
        S3_ENDPOINT="minio:9000",
        S3_ENDPOINT_USE_PATH_STYLE="false",
        S3_ALLOWED_BUCKETS="a, b",
        S3_ACCESS_POINTS="shop=arn:aws:s3:us-west-2:123456789012:accesspoint/shop;",
    )

    assert mistakes == []
    assert (found.use_s3, found.s3_endpoint_use_path_style, found.s3_allowed_buckets) == (True, False, ("a", "b"))
    assert found.s3_access_points == (("shop", "arn:aws:s3:us-west-2:123456789012:accesspoint/shop"),)


@pytest.mark.parametrize(
    "environ",
    [
        {"S3_REGION": "eu.central/1"},
        {"S3_ENDPOINT": "http://a b"},
        {"S3_ENDPOINT": "ftp://a"},
        {"S3_ENDPOINT": "http://user@a"},
        {"S3_ENDPOINT": "http://a/?x"},
        {"S3_ACCESS_POINTS": "shop=arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap"},
        {"S3_ACCESS_POINTS": "shop"},
    ],
)
def test_what_cannot_be_used_is_named(environ: dict[str, str]) -> None:
    _, mistakes = loaded(**environ)

    assert [each.name for each in mistakes] == [f"IMGPROXY_{name}" for name in environ]


@pytest.mark.parametrize(
    ("text", "origin"), [("minio:9000", "http://minio:9000"), ("https://S3.example/x", "https://s3.example")]
)
def test_a_server_without_a_scheme_is_asked_without_tls(text: str, origin: str) -> None:
    found = server(text)

    assert found is not None
    assert found.origin == origin


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:s3:us-west-2:123456789012:accesspoint/shop",
        "arn:aws-cn:s3:cn-north-1:123456789012:accesspoint:shop",
        "arn:aws:s3-object-lambda:us-west-2:123456789012:accesspoint/shop",
        "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-01ac5d28a6a232904/accesspoint/shop",
    ],
)
def test_every_kind_of_access_point_in_one_region_is_known(arn: str) -> None:
    assert ACCESS_POINT.fullmatch(arn)


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        (AwsSettings(aws_region="a/b"), "AWS_REGION"),
        (AwsSettings(aws_endpoint_url_sts="nothing://"), "AWS_ENDPOINT_URL_STS"),
        (AwsSettings(aws_access_key_id="A"), "AWS_ACCESS_KEY_ID"),
        (AwsSettings(aws_web_identity_token_file="a"), "AWS_WEB_IDENTITY_TOKEN_FILE"),
        (AwsSettings(aws_ec2_metadata_service_endpoint_mode="5"), "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"),
    ],
)
def test_what_is_wrong_with_awss_own_variables_is_said(settings: AwsSettings, fault: str) -> None:
    assert [text.split()[0] for text in settings.faults()] == [fault]


def test_awss_own_variables_are_read_by_their_own_names() -> None:
    mistakes: list[Mistake] = []

    found = load(AwsSettings, {"AWS_DEFAULT_REGION": "eu-west-3", "AWS_SECRET_ACCESS_KEY": "s"}, mistakes)

    assert (found.aws_region, found.aws_secret_access_key) == ("eu-west-3", "s")


def test_the_older_names_of_awss_variables_are_read_as_its_go_sdk_reads_them() -> None:
    old = {"AWS_ACCESS_KEY": "a", "AWS_SECRET_KEY": "s", "AWS_DEFAULT_PROFILE": "p"}

    found, both = load(AwsSettings, old, []), load(AwsSettings, {**old, "AWS_ACCESS_KEY_ID": "new"}, [])

    assert (found.aws_access_key_id, found.aws_secret_access_key, found.aws_profile) == ("a", "s", "p")
    assert both.aws_access_key_id == "new"


@pytest.mark.parametrize(("value", "expected"), [("true", True), ("TRUE", True), ("1", False), ("", False)])
def test_a_switch_of_aws_is_on_with_one_word(value: str, expected: bool) -> None:
    assert is_on(value) is expected


def test_that_requests_are_not_signed_is_said() -> None:
    silent = AwsSettings(aws_ec2_metadata_disabled="true")

    assert list(s3_cautions(S3Settings(use_s3=True), silent)) != []
    assert list(s3_cautions(S3Settings(use_s3=True), AwsSettings())) == []
    assert list(s3_cautions(S3Settings(), silent)) == []
