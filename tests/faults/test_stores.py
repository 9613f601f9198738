"""Rows F90 to F94: what a store may do to the service, and who gives the credentials for it."""

import re
import time

import pytest

from imgsvc.sources.stores.renewing import YOUNG_SECONDS
from tests import misbehaving as answers
from tests.faults import origins
from tests.faults.bounds import BUDGET_SLACK_SECONDS, REFUSAL_SECONDS, T_O
from tests.faults.clients import Answer, ask, ask_all, counted
from tests.faults.probe import Probe
from tests.faults.service import WORKERS, Service, of
from tests.misbehaving import Exchange, Origin, in_turn, response, says
from tests.sources.stores.aws.places import GIVEN, SECRET, TOKEN

PICTURE = "/_/rs:fit:20:20/plain/s3://bucket/a.png"
RAW = "/_/raw:1/plain/s3://bucket/a.png"
KEYS = {"aws_access_key_id": "AKIDFAULTS", "aws_secret_access_key": SECRET, "aws_session_token": TOKEN}


def store(pictures, bucket: Origin, **settings: object) -> Service:
    """A server that reads buckets at `bucket`."""
    return Service(pictures, use_s3="1", s3_endpoint=bucket.url("/"), aws_config_file="/nowhere", **settings)


def lent(pictures, bucket: Origin, desk: Origin) -> Service:
    """The same with one worker, which is given credentials at `desk`."""
    return store(pictures, bucket, aws_container_credentials_full_uri=desk.url("/v1"), workers=1)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(answers.never_answers, id="never answers"),
        pytest.param(answers.stalls_at(0.5, origins.SMALL), id="stalls half-way"),
        pytest.param(answers.drips(origins.SMALL, 0.5), id="drips"),
    ],
)
def test_f90_a_bucket_that_stalls_is_cut_off_and_keeps_nothing_from_other_sources(pictures, origin, record, answer):
    with (
        Origin({"*": answer}) as bucket,
        store(pictures, bucket, **KEYS) as own,
        Probe(own.port, of(origin)) as probe,
    ):
        stuck = ask_all(own.port, [PICTURE] * (WORKERS + 8))
    cut_off = [each.seconds for each in stuck if each.status == 504]

    record(others=probe.report(), statuses=counted(stuck), cut_off_s=[round(each, 2) for each in cut_off])
    assert probe.report().served == 1
    assert {each.status for each in stuck} <= {503, 504}
    assert all(each < T_O + BUDGET_SLACK_SECONDS for each in cut_off)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(answers.never_answers, id="never answers"),
        pytest.param(answers.drips(GIVEN, 1.0), id="drips"),
        pytest.param(says(b"no", 403), id="refuses"),
        pytest.param(says(b"{}"), id="answers something else"),
    ],
)
def test_f91_without_credentials_who_asks_is_told_to_come_back(pictures, origin, record, answer):
    with Origin({"*": answer}) as desk, Origin({"*": origins.picture}) as bucket, lent(pictures, bucket, desk) as own:
        first, second = ask(own.port, PICTURE), ask(own.port, PICTURE)
        others = ask(own.port, of(origin))

    record(seconds=[round(each.seconds, 2) for each in (first, second)], retry_after=first.header("Retry-After"))
    assert [each.status for each in (first, second, others)] == [503, 503, 200]
    assert first.header("Retry-After")
    assert first.seconds < T_O + BUDGET_SLACK_SECONDS
    assert second.seconds < REFUSAL_SECONDS


def test_f91_a_login_that_stalls_is_an_origin_of_its_own(pictures, origin, record):
    shops = [f"/_/rs:fit:20:20/plain/s3://shop-{number % 4}/{number}.png" for number in range(64)]
    with Origin({"*": answers.never_answers}) as desk, Origin({"*": origins.picture}) as bucket:
        giver = desk.url("")
        with lent(pictures, bucket, desk) as own, Probe(own.port, of(origin)) as probe:
            got = ask_all(own.port, shops)
            own.await_observer()
            metrics = own.observed("/metrics").body.decode()
    rows = re.findall(r'imgsvc_fetches_total\{origin="([^"]+)",result="([^"]+)"\} ([0-9]+)', metrics)
    counts = {(name, result): int(count) for name, result, count in rows if int(count)}

    record(others=probe.report(), statuses=counted(got), desk=counts.get((giver, "timeout")))
    assert probe.report().served == 1
    assert {each.status for each in got} == {503}
    assert counts[giver, "timeout"] >= 1
    assert {result for name, result in counts if name.startswith("s3://")} == {"refused"}
    assert bucket.heads == []


def test_f91_when_there_are_credentials_again_pictures_are(pictures, record):
    gives = in_turn(says(b"no", 500), says(GIVEN))

    with Origin({"*": gives}) as desk, Origin({"*": origins.picture}) as bucket, lent(pictures, bucket, desk) as own:
        first = ask(own.port, PICTURE)
        tries = until_served(own)

    record(first=first.status, tries=tries)
    assert first.status == 503
    assert len(desk.heads) == 2


def until_served(own: Service) -> int:
    """How often a picture is asked for until it comes."""
    for number in range(1, 100):
        if ask(own.port, PICTURE).status == 200:
            return number
        time.sleep(0.5)
    raise AssertionError("no picture")


@pytest.mark.parametrize(
    "bucket",
    ["x@127.0.0.1:{port}", "127.0.0.1:{port}", "[::1]", "..", "b%2f..", "b?", "b#", "xn--.", "a" * 300, "B U"],
)
def test_f92_a_bucket_that_means_another_host_is_none(pictures, record, bucket):
    with Origin({"*": origins.picture}) as inside:
        name = bucket.format(port=inside.port).replace("%", "%25").replace("?", "%3F").replace(" ", "%20")
        settings = {"s3_endpoint_use_path_style": "false", **KEYS}
        with Service(pictures, use_s3="1", s3_endpoint="store.invalid", **settings) as own:
            got = ask(own.port, f"/_/rs:fit:20:20/plain/s3://{name.replace('#', '%23')}/a.png")

        record(status=got.status)
        assert got.status == 404
        assert inside.heads == []


def test_f93_credentials_that_have_ended_are_had_anew_and_every_picture_is_answered(pictures, record):
    given: list[str] = []

    def gives(exchange: Exchange) -> None:
        given.append(f"AKID{len(given)}")
        exchange.send(response(GIVEN.replace(b"AKIDLENT", given[-1].encode())))

    def takes_the_second(exchange: Exchange) -> None:
        if "AKID0/" in exchange.head and len(bucket.heads) > 5:
            exchange.send(response(b"<Code>ExpiredToken</Code>", 400))
        else:
            origins.picture(exchange)

    with Origin({"*": gives}) as desk, Origin({"*": takes_the_second}) as bucket, lent(pictures, bucket, desk) as own:
        got = [ask(own.port, PICTURE).status for _ in range(5)]
        # What is refused while it is young is wrong, and not too old.
        time.sleep(YOUNG_SECONDS + 0.5)
        got += [ask(own.port, PICTURE).status for _ in range(5)]

    record(statuses=counted([Answer(each, 0) for each in got]), given=len(given))
    assert set(got) == {200}
    assert len(given) == 2


def says_it_all_back(exchange: Exchange) -> None:
    """As S3 does with a signature that it does not take."""
    told = f"<Error><Code>SignatureDoesNotMatch</Code><CanonicalRequest>{exchange.head}</CanonicalRequest></Error>"
    exchange.send(response(f"{told}{SECRET}{TOKEN}".encode(), 403, Content_Type="text/xml"))


@pytest.mark.parametrize("is_raw", [False, True], ids=["picture", "raw"])
def test_f94_what_a_store_says_back_of_secrets_is_told_to_nobody(pictures, record, is_raw):
    with Origin({"*": says_it_all_back}) as bucket:
        with store(pictures, bucket, log_level="debug", development_errors_mode="1", **KEYS) as own:
            got = ask(own.port, RAW if is_raw else PICTURE)
            own.await_observer()
            told = [own.observed(path).body for path in ("/status", "/metrics")]
            written = own.log()
        signature = bucket.heads[0].partition("Signature=")[2][:64]

    everything = b"".join([got.body, got.head.encode(), *told, written.encode()])
    record(status=got.status, bytes_looked_through=len(everything))
    assert got.status == 403
    assert len(signature) == 64
    assert [each for each in (SECRET, TOKEN, signature) if each.encode() in everything] == []


def test_f94_what_the_desk_says_back_of_secrets_is_told_to_nobody(pictures, record):
    refusal = says(f"<Code>AccessDenied</Code>{SECRET} {TOKEN}".encode(), 403)
    with Origin({"*": refusal}) as desk, Origin({"*": origins.picture}) as bucket:
        role = {"s3_assume_role_arn": "arn:aws:iam::123456789012:role/a", "aws_endpoint_url_sts": desk.url("/")}
        with store(pictures, bucket, log_level="debug", development_errors_mode="1", **KEYS, **role) as own:
            got = ask(own.port, PICTURE)
            written = own.log()

    record(status=got.status)
    assert (got.status, "does not lend" in written) == (503, True)
    assert [each for each in (SECRET, TOKEN) if each.encode() in got.body + written.encode()] == []
