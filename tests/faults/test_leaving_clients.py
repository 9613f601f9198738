"""Rows F7 to F11: clients that leave, and requests that are alike."""

import time

import pytest

from tests.faults.bounds import ABORTS, CROWD, SETTLE_SECONDS, _bound
from tests.faults.clients import Crowd, abort, abort_many, ask, ask_all, counted, request
from tests.faults.http2 import Connection
from tests.faults.nginx import Nginx, needs_nginx
from tests.faults.origins import SMALL, Gate, closing_picture
from tests.faults.processes import descriptors
from tests.faults.service import CAT, WORK, Service, of
from tests.misbehaving import Origin, response
from tests.waiting import eventually

# From the moment that a client leaves to the moment that its source is let go.
CANCELLED_SECONDS = _bound(0.5, 2.0)


@pytest.fixture(scope="module")
def own(pictures):
    with Service(pictures, download_timeout=5, timeout=8) as running:
        yield running


class Sipping:
    """A source that sends a little now and then for 10 s, and notes when its peer left."""

    def __init__(self) -> None:
        self.left_at = 0.0
        self.asked = 0

    def __call__(self, exchange) -> None:
        self.asked += 1
        exchange.send(response(SMALL, Content_Length="1000")[: -len(SMALL)])
        try:
            for _ in range(500):
                exchange.send(b"x")
                exchange.wait(0.02)
        except OSError:
            self.left_at = time.monotonic()
            raise


def is_clean(own: Service, held: int) -> bool:
    """Whether the workers hold no more than before: sockets, and the files that answers are put down in."""
    return eventually(lambda: sum(map(descriptors, own.workers)) <= held, SETTLE_SECONDS)


@pytest.mark.parametrize("how", ["fin", "rst"])
def test_f07_f08_work_stops_when_its_client_leaves(own, record, how):
    sipping = Sipping()
    with Origin({"*": sipping}) as slow:
        abort(own.port, of(slow), how=how, after=0.5)
        left = time.monotonic()
        assert eventually(lambda: sipping.left_at)

    record(ms=round(1000 * (sipping.left_at - left)))
    assert sipping.left_at - left < CANCELLED_SECONDS


@pytest.mark.parametrize("how", ["fin", "rst"])
def test_f07_f08_many_aborts_at_any_stage_leave_nothing_behind(own, origin, record, how):
    origin.answers["*"] = closing_picture  # no worker keeps a connection to it
    before, held = own.settled(), sum(map(descriptors, own.workers))
    paths = (WORK, of(origin), CAT)
    abort_many(own.port, lambda number: paths[number % 3], ABORTS, how=how, within=0.15)

    assert eventually(lambda: ask(own.port, CAT).status == 200)
    clean = is_clean(own, held)
    record(aborts=ABORTS, descriptors_before=held, after=sum(map(descriptors, own.workers)))
    assert clean
    assert own.workers == before


def test_f08_a_client_that_only_stops_sending_counts_as_gone(own, record):
    sipping = Sipping()
    with Origin({"*": sipping}) as slow:
        abort(own.port, of(slow), how="half", after=0.3)

    record(noticed=bool(sipping.left_at))
    assert sipping.left_at


@needs_nginx
def test_f08_a_stream_that_is_taken_back_over_http2_is_noticed(own, tmp_path, record):
    sipping = Sipping()
    with Origin({"*": sipping}) as slow, Nginx(tmp_path, own.port, http2=True) as proxy:
        assert eventually(lambda: _answers(proxy.port))
        with Connection(proxy.port) as client:
            stream = client.ask(of(slow))
            assert eventually(lambda: sipping.asked)
            client.cancel(stream)
            cancelled = time.monotonic()
            assert eventually(lambda: sipping.left_at)

    record(ms=round(1000 * (sipping.left_at - cancelled)))
    assert sipping.left_at - cancelled < CANCELLED_SECONDS


def _answers(port: int) -> bool:
    try:
        with Connection(port):
            return True
    except OSError:
        return False


def test_f09_requests_whose_clients_left_the_queue_cost_nothing(pictures, record):
    gate = Gate()
    with Service(pictures, workers=1) as one, Origin({"*": gate}) as busy, Origin({}) as dead, Crowd(one.port) as crowd:
        first = crowd.ask_and_stay(of(busy))
        assert eventually(lambda: gate.waiting)
        for number in range(CROWD):
            with one.connect() as leaving:
                leaving.sendall(request(of(dead, f"/{number}.png")))
        live = crowd.ask_and_stay(CAT)
        gate.let_through()
        first.recv(1)
        began = time.monotonic()
        live.recv(1)
        seconds = time.monotonic() - began

    record(left=CROWD, fetched=len(dead.heads), live_ms=round(1000 * seconds))
    assert dead.heads == []
    assert seconds < _bound(0.050, 1.0)


def test_f10_a_client_that_leaves_or_a_worker_that_dies_takes_no_other_request_along(pictures, record):
    """There is no single-flight here: each request is on its own, and so is each failure."""
    gate = Gate()
    with Service(pictures) as two, Origin({"*": gate}) as slow:
        path = of(slow)
        abort(two.port, path, how="rst", after=0.5)
        gate.let_through()
        # Its share of the origin is free as soon as it is seen to have left.
        time.sleep(0.1)
        follower = ask(two.port, path)
        two.kill_a_worker()
        after = ask(two.port, path)

    record(follower=follower.status, after_a_kill=after.status)
    assert (follower.status, after.status) == (200, 200)


def test_f11_a_hundred_requests_for_one_picture_are_all_answered(own, origin, record):
    """There is no single-flight here: each is fetched and made on its own."""
    same = ask_all(own.port, [of(origin)] * 100, at_once=20)
    sizes = ask_all(own.port, [of(origin, options=f"rs:fit:{10 + n % 10}:20") for n in range(100)], at_once=20)

    record(same=counted(same), ten_sizes=counted(sizes), fetches=len(origin.heads))
    assert counted(same + sizes) == {200: 200}
    assert len({each.body for each in same}) == 1
