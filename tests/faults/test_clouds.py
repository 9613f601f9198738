"""Rows F95 to F99: GCS, Azure Blob and Swift: stalled logins, tokens that end, containers like hosts, secrets."""

import itertools
import json
import re
import time

import pytest

from imgsvc.sources.stores.renewing import YOUNG_SECONDS
from tests.faults import origins
from tests.faults.bounds import BUDGET_SLACK_SECONDS, REFUSAL_SECONDS, T_O
from tests.faults.clients import ask, ask_all, counted
from tests.faults.probe import Probe
from tests.faults.service import CAT, WORKERS, Service
from tests.misbehaving import (
    Answer,
    Exchange,
    Origin,
    closes_at_once,
    cuts_at,
    drips,
    never_answers,
    response,
    says,
    stalls_at,
)

PICTURE = "/_/rs:fit:20:20/plain/{}"
HUSH = "hush-hush-hush"


def token(exchange: Exchange) -> None:
    body = json.dumps({"access_token": HUSH, "expires_in": 3600})
    exchange.send(response(body.encode(), Content_Type="application/json"))


def logs_in(exchange: Exchange) -> None:
    host = exchange.headers["host"]
    exchange.send(response(X_Storage_Url=f"http://{host}/v1/AUTH_a", X_Auth_Token=HUSH))


def settings(cloud: Origin) -> dict[str, object]:
    """All three stores at one server, which also gives the tokens."""
    google = {"use_gcs": 1, "gcs_endpoint": cloud.url(), "gce_metadata_host": f"127.0.0.1:{cloud.port}"}
    azure = {"use_abs": 1, "abs_name": "account", "abs_endpoint": cloud.url("/blob")}
    identity = {"azure_pod_identity_authority_host": cloud.url()}
    swift = {"use_swift": 1, "swift_auth_url": cloud.url("/auth/v1.0"), "swift_username": "me", "swift_api_key": HUSH}
    return {**google, "cloudsdk_config": "/nowhere", **azure, **identity, **swift}


GOOGLE, AZURE, SWIFT = (
    "/computeMetadata/v1/instance/service-accounts/default/token",
    "/metadata/identity/oauth2/token",
    "/auth/v1.0",
)
URLS = {GOOGLE: "gs://shop/cat.png", AZURE: "abs://shop/cat.png", SWIFT: "swift://shop/cat.png"}
LOGINS = {GOOGLE: token, AZURE: token, SWIFT: logs_in}

every_store = pytest.mark.parametrize("login", URLS, ids=["gs", "abs", "swift"])


@every_store
@pytest.mark.parametrize("answer", [never_answers, drips(b"x" * 1000, 0.5)], ids=["never answers", "drips"])
def test_f95_a_login_that_stalls_holds_nobody_else(pictures, record, login, answer):
    with Origin({**LOGINS, login: answer, "*": origins.picture}) as cloud, Service(pictures, **settings(cloud)) as own:
        with Probe(own.port, CAT) as probe:
            stuck = ask_all(own.port, [PICTURE.format(URLS[login])] * (WORKERS + 8))
        others = [ask(own.port, PICTURE.format(url)) for path, url in URLS.items() if path != login]

    slowest = max(each.seconds for each in stuck)
    record(statuses=counted(stuck), slowest_s=round(slowest, 2))
    assert probe.report().served == 1
    assert counted(stuck) == {503: WORKERS + 8}
    assert slowest < T_O + BUDGET_SLACK_SECONDS
    assert counted(others) == {200: 2}


@every_store
def test_f95_a_login_that_is_known_to_stall_is_answered_for_at_once(pictures, record, login):
    with Origin({**LOGINS, login: never_answers}) as cloud, Service(pictures, **settings(cloud), workers=1) as own:
        first, again = (ask(own.port, PICTURE.format(URLS[login])) for _ in range(2))

    record(first_s=round(first.seconds, 2), then_ms=round(1000 * again.seconds))
    assert (first.status, again.status, again.header("retry-after")) == (503, 503, "5")
    assert again.seconds < REFUSAL_SECONDS


@every_store
def test_f95_a_login_that_is_well_again_is_used_again(pictures, record, login):
    is_well = []

    def falters(exchange: Exchange) -> None:
        (LOGINS[login] if is_well else closes_at_once)(exchange)

    with Origin({**LOGINS, login: falters, "*": origins.picture}) as cloud, Service(pictures, **settings(cloud)) as own:
        before = ask(own.port, PICTURE.format(URLS[login]))
        is_well.append(True)
        after = next(
            each for each in iter(lambda: ask(own.port, PICTURE.format(URLS[login])), None) if each.status != 503
        )

    record(statuses=[before.status, after.status])
    assert (before.status, after.status) == (503, 200)


@every_store
@pytest.mark.parametrize(
    "answer",
    [never_answers, stalls_at(0.5, origins.SMALL), drips(origins.SMALL, 0.5)],
    ids=["never answers", "stalls half-way", "trickles"],
)
def test_f96_a_store_that_stalls_is_cut_off_and_others_go_on(pictures, record, login, answer):
    with (
        Origin({**LOGINS, "*": answer}) as cloud,
        Service(pictures, **settings(cloud)) as own,
        Probe(own.port, CAT) as probe,
    ):
        got = ask(own.port, PICTURE.format(URLS[login]))

    record(status=got.status, seconds=round(got.seconds, 2))
    assert got.status == 504
    assert abs(got.seconds - T_O) < BUDGET_SLACK_SECONDS
    assert probe.report().served == 1


CONTAINERS = ("x@127.0.0.1:{port}", "127.0.0.1:{port}", "..", "%2e%2e", "[::1]", "a%2fb", "a\\b", "localhost%00")


@pytest.mark.parametrize("scheme", ["gs", "abs"])
@pytest.mark.parametrize("container", CONTAINERS)
def test_f97_a_container_that_looks_like_a_host_leads_nowhere(pictures, record, scheme, container):
    with (
        Origin({}) as canary,
        Origin({**LOGINS, "*": origins.picture}) as cloud,
        Service(pictures, **settings(cloud)) as own,
    ):
        named = container.format(port=canary.port).replace("@", "%40").replace("%", "%25")
        got = ask(own.port, PICTURE.format(f"{scheme}://{named}/cat.png"))

        record(status=got.status)
        assert got.status == 404
        assert (canary.connections, cloud.connections) == (0, 0)


REFUSALS: tuple[Answer, ...] = (
    says(f"<Error><Code>AccessDenied</Code><Token>{HUSH}</Token></Error>".encode(), 403, Content_Type="text/xml"),
    says(f"no: {HUSH}".encode(), 500, Content_Type="text/plain"),
    says(b"", 302, Location=f"http://127.0.0.1:9/?sig={HUSH}"),
    cuts_at(0.5, origins.SMALL, with_reset=True),
    closes_at_once,
)


@pytest.mark.parametrize("answer", REFUSALS, ids=["403", "500", "302", "reset", "closed"])
def test_f98_nothing_secret_is_said_of_a_store_that_fails(pictures, record, answer):
    kept = {"abs_sas_token": f"sv=1&sig={HUSH}", "log_level": "debug", "development_errors_mode": 1}
    with Origin({**LOGINS, "*": answer}) as cloud, Service(pictures, **settings(cloud) | kept) as own:
        answers = [
            ask(own.port, PICTURE.format(url).replace("rs:fit:20:20", options))
            for url, options in itertools.product(URLS.values(), ("rs:fit:20:20", "raw:1"))
        ]
        assert own.await_observer()
        pages = [ask(own.observer_port, path).body.decode() for path in ("/status", "/metrics")]
        said = "".join([own.log(), *pages, *(f"{each.head}{each.body!r}" for each in answers)])

    record(statuses=counted(answers), bytes_searched=len(said))
    assert 200 not in counted(answers)
    assert HUSH not in said


@every_store
def test_f98_nothing_secret_is_said_of_a_login_that_fails(pictures, record, login):
    refusal = says(json.dumps({"error": HUSH + " " + HUSH, "error_description": HUSH}).encode(), 401)
    told = {"log_level": "debug", "development_errors_mode": 1}
    with Origin({**LOGINS, login: refusal}) as cloud, Service(pictures, **settings(cloud), **told) as own:
        got = ask(own.port, PICTURE.format(URLS[login]))
        said = own.log() + got.head + repr(got.body)

    record(status=got.status)
    assert got.status == 503
    assert re.search("answered 401", said)
    assert HUSH not in said


@every_store
def test_f99_a_token_that_is_taken_back_costs_no_request(pictures, record, login):
    logins: list[str] = []
    is_over: list[bool] = []

    def gives(exchange: Exchange) -> None:
        logins.append(login)
        LOGINS[login](exchange)

    def takes(exchange: Exchange) -> None:
        is_old = bool(is_over) and len(logins) < 2
        exchange.send(response(b"", 401) if is_old else response(origins.SMALL, Content_Type="image/png"))

    with Origin({**LOGINS, login: gives, "*": takes}) as cloud, Service(pictures, **settings(cloud), workers=1) as own:
        before = ask_all(own.port, [PICTURE.format(URLS[login])] * 10, at_once=4)
        # One that is refused before is taken for wrong, and not for too old.
        time.sleep(YOUNG_SECONDS + 0.5)
        is_over.append(True)
        after = ask_all(own.port, [PICTURE.format(URLS[login])] * 20, at_once=4)

    record(statuses=counted([*before, *after]), logins=len(logins))
    assert counted([*before, *after]) == {200: 30}
    assert len(logins) == 2
