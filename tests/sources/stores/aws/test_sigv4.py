"""Twin of imgsvc/sources/stores/aws/sigv4.py: against what botocore signs."""

import datetime
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.sources.stores.aws.sigv4 import EMPTY_BODY, Credentials, Signer
from imgsvc.sources.stores.targets import quoted, quoted_value

NOW = 1795968000.0
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
HOST = "s3.example.com:9000"


def signed(target: str, headers: Mapping[str, str], token: str = "") -> dict[str, str]:
    return Signer(Credentials("AKIDEXAMPLE", SECRET, token), "eu-central-1").sign("GET", HOST, target, headers, NOW)


# Recorded with botocore 1.44.8.
@pytest.mark.parametrize(
    ("target", "token", "headers", "signature"),
    [
        ("/bucket/a.jpg", "", {}, "09bf11aed18dadeeb22b6b8538227b06ca26854448276e386535c176abaf2297"),
        (
            "/bucket/a%20b%2Bc%25%23/x//y/../z.jpg",
            "",
            {},
            "7852bb1006af50ed443d142516ce99bb077ecac788d40ddefee78de4f5eca9f8",
        ),
        (
            "/bucket/%C3%BC/%E6%97%A5%E6%9C%AC.png?versionId=v1.2~_-",
            "",
            {},
            "b318e824f2c84da25ccdc2f4d97f0fdbd0fb1bc2cfb640c9dc400a450a52aeee",
        ),
        (
            "/bucket/%21%2A%27%28%29%3B%3A%40%26%3D%2C%24~?versionId=a%2Bb%2Fc%3D",
            "tok/en==",
            {},
            "5f1cb9b611cdec71f5088421997d9afae4824b79da28c118993fb1d607acaf7c",
        ),
        (
            "/bucket/a.jpg",
            "tok/en==",
            {"range": "bytes=0-9"},
            "d84e13590f3bcc61427cf1dcb0f2f88205ec13a9148685a66ecdda726faec4c8",
        ),
        (
            "/bucket/a.jpg",
            "",
            {"if-none-match": '"a",   W/"b"', "if-modified-since": "Wed, 21 Oct 2015 07:28:00 GMT"},
            "092fcbefffed5136efa849a84239a09c0d2965c9c17ec2ffd74f2dd3b3548cff",
        ),
    ],
)
def test_a_signature_is_the_one_that_was_recorded(
    target: str, token: str, headers: dict[str, str], signature: str
) -> None:
    assert signed(target, headers, token)["authorization"].endswith(f", Signature={signature}")


def test_another_service_is_not_told_the_bodys_digest() -> None:
    form = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
    digest = "e7eb4b4f5e16ea3fa66ab7a1c2c9d6c80dd9f9cc5d0dc7a4fd9e84a32ebb07bd"

    headers = Signer(Credentials("A", SECRET), "eu-central-1", "sts").sign("POST", "a", "/", form, NOW, digest)

    assert "SignedHeaders=content-type;host;x-amz-date, " in headers["authorization"]
    assert set(headers) == {"content-type", "x-amz-date", "authorization"}


def test_an_empty_body_has_the_digest_of_nothing() -> None:
    assert signed("/", {})["x-amz-content-sha256"] == EMPTY_BODY
    assert EMPTY_BODY.startswith("e3b0c44298fc1c14")


def test_parameters_are_signed_by_their_names_in_order() -> None:
    assert signed("/?a=1&a-b=2&acl", {}) == signed("/?acl&a-b=2&a=1", {})


def test_secrets_are_not_shown() -> None:
    assert SECRET not in repr(Signer(Credentials("AKIDEXAMPLE", SECRET, "hush"), "eu-central-1"))
    assert "hush" not in repr(Credentials("AKIDEXAMPLE", SECRET, "hush"))


@given(
    key=st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1),
    version=st.text(max_size=8),
    token=st.sampled_from(["", "tok/en=="]),
    headers=st.dictionaries(st.sampled_from(["range", "if-none-match", "if-modified-since"]), st.just('"a",  b')),
)
def test_a_signature_is_the_one_of_botocore(key: str, version: str, token: str, headers: dict[str, str]) -> None:
    target = f"/bucket/{quoted(key)}" + (f"?versionId={quoted_value(version)}" if version else "")

    assert signed(target, headers, token)["authorization"] == of_botocore(target, headers, token)


def of_botocore(target: str, headers: Mapping[str, str], token: str) -> str:
    auth = pytest.importorskip("botocore.auth")
    awsrequest = pytest.importorskip("botocore.awsrequest")
    credentials = pytest.importorskip("botocore.credentials").Credentials("AKIDEXAMPLE", SECRET, token or None)
    request: Any = awsrequest.AWSRequest("GET", f"http://{HOST}{target}", headers=dict(headers))
    request.context["payload_signing_enabled"] = True
    request.context["timestamp"] = datetime.datetime.fromtimestamp(NOW, datetime.UTC).strftime("%Y%m%dT%H%M%SZ")
    signer = auth.S3SigV4Auth(credentials, "s3", "eu-central-1")
    # What add_auth does, but for asking the clock.
    signer._modify_request_before_signing(request)
    canonical = signer.canonical_request(request)
    signature = signer.signature(signer.string_to_sign(request, canonical), request)
    signer._inject_signature_to_request(request, signature)
    return str(request.headers["Authorization"])
