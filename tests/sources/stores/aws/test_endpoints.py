"""Twin of imgsvc/sources/stores/aws/endpoints.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.errors import SourceUnreachableError
from imgsvc.sources.keys import Key
from imgsvc.sources.stores.aws.endpoints import Endpoints
from imgsvc.sources.stores.aws.settings import AwsSettings, S3Settings

LAMBDA = "arn:aws:s3-object-lambda:us-west-2:123456789012:accesspoint/shop"
OUTPOST = "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-01ac/accesspoint/shop"


def asked(settings: S3Settings, bucket: str = "bucket", aws: AwsSettings = AwsSettings(), region: str = "r-1") -> str:
    endpoints = Endpoints.of(settings, aws)
    endpoints.check(bucket)
    place = endpoints.place(bucket, region)
    return f"{place.server.origin}{place.target(Key(bucket, 'key'))}"


@pytest.mark.parametrize(
    ("bucket", "region", "expected"),
    [
        ("bucket", "eu-central-1", "https://bucket.s3.eu-central-1.amazonaws.com/key"),
        ("with.dots", "us-east-1", "https://s3.us-east-1.amazonaws.com/with.dots/key"),
        ("Of_Old", "us-east-1", "https://s3.us-east-1.amazonaws.com/Of_Old/key"),
        ("bucket", "cn-north-1", "https://bucket.s3.cn-north-1.amazonaws.com.cn/key"),
        ("bucket", "us-gov-west-1", "https://bucket.s3.us-gov-west-1.amazonaws.com/key"),
    ],
)
def test_a_bucket_of_amazon_is_a_host_where_its_name_can_be_one(bucket: str, region: str, expected: str) -> None:
    assert asked(S3Settings(), bucket, region=region) == expected


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        (S3Settings(s3_endpoint="minio:9000"), "http://minio:9000/bucket/key"),
        (S3Settings(s3_endpoint="https://minio/base/"), "https://minio/base/bucket/key"),
        (
            S3Settings(s3_endpoint="https://minio/base", s3_endpoint_use_path_style=False),
            "https://bucket.minio/base/key",
        ),
        (
            S3Settings(s3_endpoint="127.0.0.1:9000", s3_endpoint_use_path_style=False),
            "http://127.0.0.1:9000/bucket/key",
        ),
        (S3Settings(s3_endpoint="[::1]:9000"), "http://[::1]:9000/bucket/key"),
        (S3Settings(s3_endpoint_use_path_style=True), "https://bucket.s3.r-1.amazonaws.com/key"),
    ],
)
def test_an_endpoint_of_ones_own_has_the_bucket_in_its_path_or_in_its_host(settings: S3Settings, expected: str) -> None:
    assert asked(settings) == expected


@pytest.mark.parametrize(
    ("aws", "expected"),
    [
        (AwsSettings(aws_endpoint_url="http://all"), "http://bucket.all/key"),
        (AwsSettings(aws_endpoint_url="http://all", aws_endpoint_url_s3="http://s3"), "http://bucket.s3/key"),
        (AwsSettings(aws_use_fips_endpoint="true"), "https://bucket.s3-fips.r-1.amazonaws.com/key"),
        (
            AwsSettings(aws_use_fips_endpoint="true", aws_use_dualstack_endpoint="true"),
            "https://bucket.s3-fips.dualstack.r-1.amazonaws.com/key",
        ),
    ],
)
def test_awss_own_variables_choose_the_server(aws: AwsSettings, expected: str) -> None:
    assert asked(S3Settings(), aws=aws) == expected


@pytest.mark.parametrize(
    ("arn", "expected", "service"),
    [
        (
            "arn:aws:s3:us-west-2:123456789012:accesspoint/shop",
            "https://shop-123456789012.s3-accesspoint.us-west-2.amazonaws.com",
            "s3",
        ),
        (LAMBDA, "https://shop-123456789012.s3-object-lambda.us-west-2.amazonaws.com", "s3-object-lambda"),
        (OUTPOST, "https://shop-123456789012.op-01ac.s3-outposts.us-west-2.amazonaws.com", "s3-outposts"),
    ],
)
def test_an_access_point_is_asked_in_its_own_region(arn: str, expected: str, service: str) -> None:
    endpoints = Endpoints.of(S3Settings(s3_access_points=(("Shop", arn),)), AwsSettings())

    endpoints.check("Shop")
    place = endpoints.place("Shop", "eu-central-1")

    assert (place.server.origin, place.region, place.service) == (expected, "us-west-2", service)


@pytest.mark.parametrize(
    "bucket",
    [
        "x@169.254.169.254:80", "ab", "a" * 256, "a/b", "a%2fb", "[::1]", "..", "...", "a b", "ü-berall",
        "aaa\n", "b?c=d", "shop--usw2-az1--x-s3", "arn:aws:s3:us-west-2:123456789012:accesspoint:shop",
    ],
)  # fmt: skip
def test_what_is_no_name_of_a_bucket_is_refused(bucket: str) -> None:
    with pytest.raises(SourceUnreachableError):
        Endpoints().check(bucket)


@given(st.text(min_size=1), st.booleans())
def test_no_name_leads_to_another_host(bucket: str, hosting: bool) -> None:
    settings = S3Settings(s3_endpoint="https://store.example:9000", s3_endpoint_use_path_style=not hosting)
    try:
        found = asked(settings, bucket)
    except SourceUnreachableError:
        return

    assert found in (f"https://{bucket}.store.example:9000/key", f"https://store.example:9000/{bucket}/key")


@pytest.mark.parametrize(
    ("key", "version", "target"),
    [
        ("a b", "", "/a%20b"), ("a+b", "", "/a%2Bb"), ("100%", "", "/100%25"), ("a#b", "", "/a%23b"),
        ("x//y", "", "/x//y"), ("a/../b", "", "/a/../b"), ("ü", "", "/%C3%BC"), ("%41", "", "/%2541"),
        ("\udcff", "", "/%FF"), ("~.-_", "", "/~.-_"), ("a", "v/1", "/a?versionId=v%2F1"),
    ],
)  # fmt: skip
def test_a_key_is_asked_for_byte_by_byte(key: str, version: str, target: str) -> None:
    place = Endpoints().place("bucket", "r-1")

    assert place.target(Key("bucket", key, version)) == target
    assert place.server.asking(target).target == target
