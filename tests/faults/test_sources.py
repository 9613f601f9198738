"""Rows F12 to F18, F49, F51 and F65: what a source may do to the service."""

import re
import socket
import time

import pytest

from imgsvc.errors import SourceAddressError
from tests import misbehaving as answers
from tests.faults import origins
from tests.faults.bounds import BUDGET_SLACK_SECONDS, MOMENT_SECONDS, REFUSAL_SECONDS, T_O, D, Q
from tests.faults.clients import Crowd, ask, ask_all, counted
from tests.faults.probe import Probe, percentile
from tests.faults.service import WORKERS, Service, of
from tests.misbehaving import Origin, says
from tests.sources.network.test_dialing import LOOPBACK_HOSTS, OTHER_HOSTS, PUBLIC, fetched

PICTURE = {"Content_Type": "image/png"}
CROWD = 200


def test_f12_a_source_that_never_answers_takes_nothing_from_the_others(service, origin, record):
    with Origin({"*": answers.never_answers}) as silent, Probe(service.port, of(origin)) as probe:
        stuck = ask_all(service.port, [of(silent, f"/{number}") for number in range(CROWD)], at_once=CROWD)

    record(others=probe.report(), statuses=counted(stuck))
    assert probe.report().served == 1
    assert set(counted(stuck)) <= {503, 504}


def test_f12_what_was_being_fetched_ends_at_the_budget_and_the_surplus_before(pictures, record):
    settings = {"fetches": 4, "download_timeout": 5, "timeout": 10}
    with Service(pictures, **settings) as own, Origin({"*": answers.never_answers}) as silent:
        stuck = ask_all(own.port, [of(silent, f"/{number}") for number in range(60)])
    timeouts, refusals = ([each.seconds for each in stuck if each.status == status] for status in (504, 503))

    record(
        statuses=counted(stuck), timeouts_s=[round(each, 2) for each in timeouts], refusals_s=round(max(refusals), 2)
    )
    assert len(timeouts) <= 4 * WORKERS
    assert max(refusals) < Q + MOMENT_SECONDS
    assert all(abs(each - 5) < BUDGET_SLACK_SECONDS for each in timeouts)


def test_f12_who_comes_when_it_is_known_to_be_slow_is_refused_at_once(pictures, record):
    settings = {"fetches": 1, "download_timeout": 10, "timeout": 12}
    with Service(pictures, **settings) as own, Origin({"*": answers.never_answers}) as silent, Crowd(own.port) as crowd:
        for number in range(WORKERS):
            crowd.ask_and_stay(of(silent, f"/{number}"))
        time.sleep(Q)
        late = ask_all(own.port, [of(silent)] * 20, at_once=4)

    record(statuses=counted(late), slowest_ms=round(1000 * max(each.seconds for each in late)))
    assert counted(late) == {503: 20}
    assert percentile([each.seconds for each in late], 0.95) < REFUSAL_SECONDS


def test_f12_after_several_timeouts_the_source_is_answered_for_at_once(pictures, origin, record):
    with Service(pictures, download_timeout=1) as own, Origin({"*": answers.never_answers}) as silent:
        first = [ask(own.port, of(silent)) for _ in range(6)]
        last = ask(own.port, of(silent))
        other = ask(own.port, of(origin))

    record(seconds=[round(each.seconds, 3) for each in [*first, last]])
    assert (last.status, other.status) == (504, 200)
    assert last.seconds < REFUSAL_SECONDS


_SLOW = pytest.mark.parametrize(
    "answer",
    [
        pytest.param(answers.drips(origins.SMALL, 0.5), id="drips"),
        pytest.param(answers.stalls_at(0.99, origins.SMALL), id="stalls at 99 percent"),
    ],
)


@_SLOW
def test_f13_a_slow_source_takes_nothing_from_the_others(pictures, origin, record, answer):
    with Service(pictures) as own, Origin({"*": answer}) as slow, Probe(own.port, of(origin)) as probe:
        workers = own.settled()
        stuck = ask_all(own.port, [of(slow, f"/{number}") for number in range(CROWD)], at_once=CROWD)
        kept = own.workers == workers

    record(others=probe.report(), statuses=counted(stuck), workers_kept=kept)
    assert (probe.report().served, kept) == (1, True)
    assert set(counted(stuck)) <= {503, 504}


@_SLOW
def test_f13_a_slow_source_ends_at_its_budget(pictures, record, answer):
    with Service(pictures) as own, Origin({"*": answer}) as slow:
        got = ask(own.port, of(slow))

    record(status=got.status, seconds=round(got.seconds, 2))
    assert got.status == 504
    assert abs(got.seconds - T_O) < BUDGET_SLACK_SECONDS


def test_f51_raw_answers_that_drip_take_nothing_from_the_others(service, origin, record):
    with Origin({"*": answers.drips(origins.SMALL, 0.5)}) as slow, Probe(service.port, of(origin)) as probe:
        stuck = ask_all(service.port, [of(slow, f"/{number}", options="raw:1") for number in range(40)])
    begun = [each.seconds for each in stuck if each.status == 0]

    record(others=probe.report(), begun=len(begun), statuses=counted(stuck))
    assert probe.report().served == 1
    # Whose turn came when the first ones ended has the rest of his request's time.
    assert all(each < D + BUDGET_SLACK_SECONDS for each in begun)


def test_f51_after_several_timeouts_a_raw_source_is_answered_for_at_once(pictures, origin, record):
    with Service(pictures, download_timeout=1) as own, Origin({"*": answers.drips(origins.SMALL, 0.5)}) as slow:
        first = [ask(own.port, of(slow, options="raw:1")) for _ in range(5)]
        last = [ask(own.port, of(slow, options=options)) for options in ("raw:1", "rs:fit:20:20")]

    record(first_s=[round(each.seconds, 2) for each in first], statuses=counted(last))
    assert all(abs(each.seconds - 1) < BUDGET_SLACK_SECONDS for each in first)
    assert counted(last) == {504: 2}


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        pytest.param(answers.cuts_at(0.5, origins.SMALL, with_reset=True), 422, id="reset mid-body"),
        pytest.param(answers.cuts_at(0.9, origins.SMALL), 422, id="shorter than announced"),
        pytest.param(
            says(answers.zipped(origins.SMALL)[:-9], Content_Encoding="gzip", **PICTURE), 422, id="truncated gzip"
        ),
        pytest.param(answers.endless, 422, id="endless"),
        pytest.param(says(b"x", Content_Length=str(10 * 2**30), **PICTURE), 422, id="ten gigabytes announced"),
    ],
)
def test_f14_a_broken_or_boundless_answer_is_an_error_of_the_source(limited, record, answer, status):
    with Origin({"*": answer}) as broken:
        got = ask(limited.port, of(broken))

    record(status=got.status, seconds=round(got.seconds, 2))
    assert got.status == status
    assert got.seconds < T_O + BUDGET_SLACK_SECONDS


@pytest.fixture(scope="module")
def limited(pictures):
    """Sources of at most 5 MB."""
    with Service(pictures, max_src_file_size=5_000_000) as running:
        yield running


@pytest.fixture(scope="module")
def closed(pictures):
    """A server as it is by default: no loopback, no link-local; here no private networks either."""
    with Service(pictures, allow_loopback_source_addresses="false", allow_private_source_addresses="false") as running:
        yield running


def test_f15_a_redirect_leads_neither_inside_nor_round_in_circles_nor_out_of_http(service, record):
    with Origin({}) as canary, Origin({}) as leading:
        targets = ["http://169.254.169.254/latest", "file:///etc/passwd", "ftp://127.0.0.1/a", "local:///cat.png"]
        leading.answers = {f"/{number}": answers.redirects(to) for number, to in enumerate(targets)}
        leading.answers |= {"/loop": answers.redirects("/loop")}
        got = ask_all(service.port, [of(leading, path) for path in leading.answers], at_once=2)

    record(statuses=counted(got), canary=canary.connections, requests_of_the_loop=leading.targets.count("/loop"))
    assert {each.status for each in got} <= {403, 404, 422}
    assert (canary.connections, leading.targets.count("/loop")) == (0, 10)


def test_f16_a_name_that_cannot_be_looked_up_ends_within_the_budget(service, record):
    got = ask_all(service.port, [f"/_/plain/http://{host}/a.png" for host in ("nowhere.invalid", "a..b", "x" * 64)])

    record(statuses=counted(got), seconds=[round(each.seconds, 2) for each in got])
    assert {each.status for each in got} <= {404, 504}
    assert max(each.seconds for each in got) < T_O + BUDGET_SLACK_SECONDS


def test_f16_of_a_mixed_answer_nothing_inside_is_connected_to(record):
    mixed = ["127.0.0.1", "::1", "10.0.0.1", PUBLIC, "169.254.169.254"] * 10
    with Origin({"*": says(b"public")}, host=PUBLIC) as outside, socket.socket() as canary:
        canary.bind(("127.0.0.1", outside.port))
        canary.listen()
        canary.setblocking(False)
        body = fetched(outside.url("/a", host="mixed.test"), lambda host, port: mixed).body
        with pytest.raises(BlockingIOError):
            canary.accept()

    record(addresses=len(mixed))
    assert body == b"public"


def test_f16_a_name_that_is_rebound_between_two_requests_is_refused():
    addresses = iter([[PUBLIC], ["127.0.0.1"]])
    with Origin({}) as canary:
        hop = answers.redirects(f"http://rebound.test:{canary.port}/b", Connection="close")
        with Origin({"/a": hop}, host=PUBLIC) as outside, pytest.raises(SourceAddressError):
            fetched(outside.url("/a", host="rebound.test"), lambda host, port: next(addresses))

    assert canary.connections == 0


def test_f17_no_spelling_of_an_address_inside_is_connected_to(closed, record):
    hosts = [host for host in LOOPBACK_HOSTS + OTHER_HOSTS if host.isascii()]
    with Origin({}) as canary:
        paths = [f"/_/plain/http://{host.replace('%', '%25')}:{canary.port}/a.png" for host in hosts]
        got = ask_all(closed.port, paths, at_once=4)

    record(spellings=len(hosts), statuses=counted(got), canary=canary.connections)
    assert len(hosts) >= 60
    assert {each.status for each in got} <= {403, 404}
    assert canary.connections == 0


def test_f18_a_pooled_connection_that_went_dark_costs_one_retry_within_the_budget(pictures, record):
    answer = answers.in_turn(answers.then_goes_dark(origins.SMALL), says(origins.SMALL, **PICTURE))
    with Service(pictures, workers=1, download_timeout=5) as own, Origin({"*": answer}) as dark:
        first = ask(own.port, of(dark))
        time.sleep(0.2)
        second = ask(own.port, of(dark))

    record(seconds=[round(first.seconds, 2), round(second.seconds, 2)], connections=dark.connections)
    assert (first.status, second.status, dark.connections) == (200, 200, 2)
    assert second.seconds < 5


ANSWERS = {
    "/html": (says(b"<!doctype html><p>Hi", Content_Type="text/html"), 422),
    "/json": (says(b'{"a": 1}', Content_Type="application/json"), 422),
    "/empty": (says(b"", **PICTURE), 422),
    "/204": (says(b"", 204, Content_Length=""), 404),
    "/304": (says(b"", 304, Content_Length=""), 304),
    "/206": (says(origins.SMALL, 206, Content_Range="bytes 0-9/999999", **PICTURE), 404),
    "/404": (says(b"no", 404), 404),
    "/403": (says(b"no", 403), 403),
    "/500": (says(b"no", 500), 502),
    "/503": (says(b"no", 503), 502),
}


@pytest.mark.parametrize("path", ANSWERS)
def test_f49_what_is_no_picture_is_told_and_the_connection_is_not_dropped(service, record, path):
    answer, status = ANSWERS[path]
    with Origin({path: answer}) as other:
        got = ask(service.port, of(other, path))

    record(status=got.status)
    assert got.status == status


class Changing:
    """A source of two versions, which gives parts as RFC 9110 says; `__call__` is its answer."""

    def __init__(self) -> None:
        self.body, self.tag = b"1" * 1000, '"v1"'

    def change(self) -> None:
        self.body, self.tag = b"2" * 1000, '"v2"'

    def __call__(self, exchange: answers.Exchange) -> None:
        asked = exchange.headers
        part = re.fullmatch(r"bytes=(\d+)-(\d*)", asked.get("range", ""))
        if not part or asked.get("if-range", self.tag) != self.tag:
            exchange.send(answers.response(self.body, ETag=self.tag))
            return
        first, last = int(part[1]), int(part[2] or len(self.body) - 1)
        extent = f"bytes {first}-{last}/{len(self.body)}"
        exchange.send(answers.response(self.body[first : last + 1], 206, ETag=self.tag, Content_Range=extent))


def resumed(port: int, path: str, change) -> tuple[list[int], bytes]:
    """The statuses of a download in two parts, between which the source may change, and what a client has then."""
    begun = ask(port, path, "Range: bytes=0-499")
    change()
    rest = ask(port, path, "Range: bytes=500-", f"If-Range: {begun.header('ETag')}")
    assert begun.header("ETag")
    return [begun.status, rest.status], (begun.body if rest.status == 206 else b"") + rest.body


def test_f65_a_raw_download_of_a_source_that_has_changed_begins_again(service, record):
    source = Changing()
    with Origin({"*": source}) as origin:
        statuses, body = resumed(service.port, of(origin, options="raw:1"), source.change)

    record(statuses=statuses)
    assert statuses == [206, 200]
    assert body == source.body


def test_f65_one_of_a_source_that_has_not_changed_goes_on(service):
    source = Changing()
    with Origin({"*": source}) as origin:
        statuses, body = resumed(service.port, of(origin, options="raw:1"), lambda: None)

    assert statuses == [206, 206]
    assert body == source.body


def test_f65_a_file_is_no_different(tmp_path, record):
    (tmp_path / "a.bin").write_bytes(b"1" * 1000)
    path = "/_/raw:1/plain/local:///a.bin"
    with Service(tmp_path) as own:
        same, _ = resumed(own.port, path, lambda: None)
        changed, body = resumed(own.port, path, lambda: (tmp_path / "a.bin").write_bytes(b"2" * 1001))

    record(statuses=[*same, *changed])
    assert (same, changed) == ([206, 206], [206, 200])
    assert body == b"2" * 1001
