"""Twin of imgsvc/sources/stores/aws/s3.py: against a server that says what S3 says."""

from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from hashlib import sha256

import pytest

from imgsvc.errors import SourceStatusError
from imgsvc.runtime.scope import Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.budget import Budget, spending
from imgsvc.sources.keys import Key
from imgsvc.sources.network.body import fetch
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.source import Fetched, SourceRequest
from imgsvc.sources.stores.asking import Answer, StoreClient
from imgsvc.sources.stores.aws.endpoints import Endpoints
from imgsvc.sources.stores.aws.found import Found
from imgsvc.sources.stores.aws.s3 import S3
from imgsvc.sources.stores.aws.settings import AwsSettings, S3Settings
from imgsvc.sources.stores.aws.sigv4 import Credentials
from imgsvc.sources.stores.renewing import Lease, Renewed
from imgsvc.sources.stores.source import StoreSource
from imgsvc.sources.stores.store import Order
from tests.misbehaving import Answer as Misbehavior
from tests.misbehaving import Exchange, Origin, in_turn, response, says, serves
from tests.sources.contract import BODY, Behind, RemoteContract, Served
from tests.sources.stores.desks import spent, target

NOW = 1795968000.0


def refusal(code: str, more: str = "", status: int = 403, **headers: str) -> Misbehavior:
    return says(f"<Error><Code>{code}</Code>{more}</Error>".encode(), status, **headers)


class Desk:
    """Gives out credentials with a number, as old as the test wants them."""

    def __init__(self) -> None:
        self.given, self.now = 0, NOW

    def renew(self) -> Lease[Found]:
        self.given += 1
        return Lease(Found(Credentials(f"AKID{self.given}", "secret"), "the desk"))


def s3(origin: Origin, desk: Desk | None = None, *, signs: bool = True, timeout: float = 30) -> StoreSource:
    desk = desk or Desk()
    chosen = S3Settings(s3_endpoint=origin.url("/"))
    credentials = Renewed(desk.renew if signs else lambda: Lease(Found(None, "nowhere")), lambda: desk.now)
    store = S3(Endpoints.of(chosen, AwsSettings()), "us-west-1", credentials, lambda: desk.now)
    return StoreSource(store, StoreClient(SourceSettings()), timeout)


def fetched(source: StoreSource, url: str = "s3://bucket/a", **headers: str) -> Fetched:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return fetch(source, SourceRequest(SourceUrl.parse(url), named), Scope(30), 0)


def signed_headers(head: str) -> str:
    return head.partition("SignedHeaders=")[2].partition(",")[0]


def regions(origin: Origin) -> list[str]:
    return [head.partition("Credential=")[2].split("/")[2] for head in origin.heads]


class TestContract(RemoteContract):
    @pytest.fixture
    def served(self) -> Iterator[Served]:
        with Origin({"/bucket/a": serves(BODY)}) as origin:
            yield Served(s3(origin), "s3://bucket/a", "s3://bucket/b")

    @pytest.fixture
    def behind(self) -> Behind:
        @contextmanager
        def behind(answer: Misbehavior) -> Iterator[Served]:
            with Origin({"/bucket/a": answer}) as origin:
                yield Served(s3(origin, timeout=1), "s3://bucket/a", "s3://bucket/b")

        return behind


class TestRequest:
    def test_what_is_asked_is_signed_for_the_region(self) -> None:
        with Origin({"/bucket/a": says(BODY)}) as origin:
            fetched(s3(origin), if_none_match='"b"', accept_encoding="gzip")

            assert regions(origin) == ["us-west-1"]
            assert signed_headers(origin.heads[0]) == "host;if-none-match;x-amz-content-sha256;x-amz-date"
            assert "Accept-Encoding: gzip" in origin.heads[0]

    def test_with_a_range_no_condition_is_sent(self) -> None:
        with Origin({"/bucket/a": says(BODY)}) as origin:
            fetched(s3(origin), if_none_match='"b"', range="bytes=0-")

            assert signed_headers(origin.heads[0]) == "host;range;x-amz-content-sha256;x-amz-date"

    def test_without_credentials_that_there_are_to_be_nothing_is_signed(self) -> None:
        with Origin({"/bucket/a": says(BODY)}) as origin:
            fetched(s3(origin, signs=False))

            assert "Authorization" not in origin.heads[0]

    def test_a_version_is_asked_for(self) -> None:
        with Origin({"/bucket/a": says(BODY)}) as origin:
            fetched(s3(origin), "s3://bucket/a?3HL4=")

            assert origin.targets == ["/bucket/a?versionId=3HL4%3D"]


class TestOrder:
    @pytest.mark.parametrize(
        ("order", "expected"),
        [
            (Order(Key("bucket", "a/b c")), "GET /bucket/a/b%20c"),
            (Order(Key("bucket", "a"), "PUT", body=b"data"), "PUT /bucket/a"),
            (Order(Key("bucket", "a"), "DELETE"), "DELETE /bucket/a"),
            (Order(Key("bucket", ""), query={"prefix": "a/"}), "GET /bucket/?prefix=a%2F"),
        ],
    )
    def test_what_is_ours_is_read_kept_deleted_and_listed(self, order: Order, expected: str) -> None:
        with Origin({}) as origin:
            ask = spent(lambda: s3(origin).store.order(order))

        assert f"{ask.method} {target(ask)}" == expected

    def test_what_is_kept_is_signed_with_its_digest(self) -> None:
        with Origin({}) as origin:
            ask = spent(lambda: s3(origin).store.order(Order(Key("bucket", "a"), "PUT", body=b"data")))

        assert ask.headers["x-amz-content-sha256"] == sha256(b"data").hexdigest()
        assert ask.body == b"data"

    def test_and_not_signed_where_nobody_has_to(self) -> None:
        with Origin({}) as origin:
            assert spent(lambda: s3(origin, signs=False).store.order(Order(Key("bucket", "a")))).headers == {}


class TestRegion:
    @pytest.mark.parametrize(
        "answer",
        [
            refusal("PermanentRedirect", status=301, **{"x-amz-bucket-region": "eu-central-1"}),
            refusal("AuthorizationHeaderMalformed", "<Region>eu-central-1</Region>", 400),
            says(b"", 403, **{"x-amz-bucket-region": "eu-central-1"}),
        ],
    )
    def test_a_bucket_that_is_elsewhere_is_asked_for_there_from_then_on(self, answer: Misbehavior) -> None:
        with Origin({"/bucket/a": in_turn(answer, says(BODY))}) as origin:
            source = s3(origin)
            fetched(source)
            fetched(source)

            assert regions(origin) == ["us-west-1", "eu-central-1", "eu-central-1"]

    def test_another_bucket_is_not_where_that_one_is(self) -> None:
        elsewhere = refusal("PermanentRedirect", status=301, **{"x-amz-bucket-region": "eu-central-1"})
        with Origin({"/bucket/a": in_turn(elsewhere, says(BODY)), "/other/a": says(BODY)}) as origin:
            source = s3(origin)
            fetched(source)
            fetched(source, "s3://other/a")

            assert regions(origin)[-1] == "us-west-1"

    @pytest.mark.parametrize("region", ["us-west-1", "evil.example/", "", "a" * 50])
    def test_what_is_no_other_region_is_not_asked(self, region: str) -> None:
        answer = refusal("AccessDenied", **{"x-amz-bucket-region": region})
        with Origin({"/bucket/a": answer}) as origin:
            with pytest.raises(SourceStatusError) as caught:
                fetched(s3(origin))

            assert (caught.value.status, len(origin.heads)) == (403, 1)

    def test_an_access_point_stays_where_its_arn_says(self) -> None:
        told = Answer(301, {"x-amz-bucket-region": "eu-central-1"}, b"")
        points = {"shop": "arn:aws:s3:us-west-2:123456789012:accesspoint/shop"}
        store = S3(Endpoints(access_points=points), "us-west-1", Renewed(Desk().renew))
        key = Key("shop", "a")

        with spending(Budget(5, Scope(5))):
            assert not store.learns(key, store.ask(key, {}), told)

        assert store.whereabouts(key).endswith("in region us-west-2")

    def test_buckets_are_remembered_up_to_a_number(self) -> None:
        store = S3(Endpoints(), "us-west-1", Renewed(Desk().renew))

        for number in range(2000):
            store._remember(f"bucket{number}", "eu-central-1")

        assert len(store._regions) == 1024
        assert "bucket1999" in store._regions


class TestCredentials:
    @pytest.mark.parametrize(("code", "status"), [("ExpiredToken", 400), ("InvalidAccessKeyId", 403)])
    def test_those_that_have_ended_are_had_anew_once(self, code: str, status: int) -> None:
        desk = Desk()
        with Origin({"/bucket/a": in_turn(says(BODY), refusal(code, status=status), says(BODY))}) as origin:
            source = s3(origin, desk)
            fetched(source)
            desk.now += 60

            assert fetched(source).body == BODY
            assert desk.given == 2

    def test_new_ones_that_are_refused_are_not_asked_for_again(self) -> None:
        desk = Desk()
        with Origin({"/bucket/a": refusal("InvalidAccessKeyId")}) as origin:
            source = s3(origin, desk)
            for _ in range(3):
                with pytest.raises(SourceStatusError, match="InvalidAccessKeyId"):
                    fetched(source)

            assert (desk.given, len(origin.heads)) == (1, 3)

    @pytest.mark.parametrize("code", ["AccessDenied", "SignatureDoesNotMatch"])
    def test_no_right_to_an_object_is_said_as_it_is(self, code: str) -> None:
        with Origin({"/bucket/a": refusal(code)}) as origin, pytest.raises(SourceStatusError, match=code) as caught:
            fetched(s3(origin))

        assert caught.value.status == 403


class TestClock:
    def test_a_clock_that_is_wrong_is_set_by_the_stores_own(self) -> None:
        def skewed(exchange: Exchange) -> None:
            there = formatdate(NOW + 3600, usegmt=True)
            answer = f"<Code>RequestTimeTooSkewed</Code>{there}".encode()
            is_right = "X-Amz-Date: 20261129T170000Z" in exchange.head
            exchange.send(response(BODY) if is_right else response(answer, 403, Date=there))

        with Origin({"/bucket/a": skewed}) as origin:
            source = s3(origin)

            assert fetched(source).body == BODY
            assert fetched(source).body == BODY
            assert len(origin.heads) == 3

    @pytest.mark.parametrize("date", ["", "yesterday", formatdate(NOW, usegmt=True)])
    def test_a_store_that_says_nothing_new_is_not_asked_again(self, date: str) -> None:
        with Origin({"/bucket/a": refusal("RequestTimeTooSkewed", Date=date)}) as origin:
            with pytest.raises(SourceStatusError):
                fetched(s3(origin))

            assert len(origin.heads) == 1


def test_who_is_asked_and_by_whom_is_said_in_words() -> None:
    store = S3(Endpoints(), "us-west-1", Renewed(lambda: Lease(Found(None, "nowhere"))))
    source = StoreSource(store, StoreClient(SourceSettings()), 30)

    key = source.key(SourceUrl.parse("s3://bucket/a"))

    assert store.whereabouts(key) == "https://bucket.s3.us-west-1.amazonaws.com in region us-west-1"
    with spending(Budget(5, Scope(5))):
        assert store.login() == "nowhere"
