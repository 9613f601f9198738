"""Rows F77 to F79: watermarks that URLs name, and what becomes of who waits for one."""

import signal
import time
from base64 import urlsafe_b64encode

import pytest

from tests import misbehaving as answers
from tests.faults import origins
from tests.faults.bounds import CROWD, PROBE_SERVED_ALL, D
from tests.faults.clients import Crowd, ask, ask_all, counted
from tests.faults.origins import Gate, picture
from tests.faults.probe import Probe
from tests.faults.service import Service
from tests.faults.test_fetching import poison, poisonous
from tests.images import encoded, solid
from tests.misbehaving import Origin, says
from tests.serving.server import everything
from tests.waiting import eventually

WAITING = 5


def marked(source: Origin, mark: str) -> str:
    """The path that asks for a picture of `source` with this watermark."""
    name = urlsafe_b64encode(mark.encode()).decode().rstrip("=")
    return f"/_/wm:1:nowe/wmu:{name}/plain/{source.url('/cat.png')}"


def waiting(crowd: Crowd, source: Origin, gate: Gate, marks: Origin):
    """Clients whose sources are there, and whose watermarks are not."""
    found = [crowd.ask_and_stay(marked(source, marks.url(f"/{number}"))) for number in range(WAITING)]
    assert eventually(lambda: gate.waiting == WAITING and len(source.heads) == WAITING)
    return found


def statuses(clients) -> list[bytes]:
    return [everything(each)[9:12] for each in clients]


def test_f77_a_worker_that_is_ended_loses_none_of_those_who_wait_for_a_watermark(pictures, tmp_path, record):
    gate = Gate()
    with (
        poisonous(pictures, tmp_path, timeout=6, download_timeout=6) as own,
        Origin({"*": picture}) as source,
        Origin({"*": gate}) as marks,
        Crowd(own.port) as crowd,
    ):
        victim = crowd.ask_and_stay(poison("native"))
        assert eventually((tmp_path / "log").exists)
        time.sleep(3)
        clients = waiting(crowd, source, gate, marks)
        told = everything(victim)[9:12]
        gate.let_through()
        others = statuses(clients)

    record(victim=told.decode(), others={status.decode(): others.count(status) for status in set(others)})
    assert told == b"503"
    assert others == [b"200"] * WAITING


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGHUP], ids=["stop", "reload"])
def test_f77_a_worker_that_goes_answers_all_who_wait_for_a_watermark(pictures, record, told):
    gate = Gate()
    with (
        Service(pictures) as own,
        Origin({"*": picture}) as source,
        Origin({"*": gate}) as marks,
        Crowd(own.port) as crowd,
    ):
        clients = waiting(crowd, source, gate, marks)
        own.process.send_signal(told)
        time.sleep(0.5)
        gate.let_through()
        others = statuses(clients)

    record(others={status.decode(): others.count(status) for status in set(others)})
    assert others == [b"200"] * WAITING


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(answers.never_answers, id="hangs"),
        pytest.param(answers.drips_head(0.5), id="drips its head"),
        pytest.param(answers.drips(origins.SMALL, 0.5), id="drips"),
        pytest.param(answers.stalls_at(0.5, origins.SMALL), id="stalls"),
    ],
)
def test_f78_an_origin_of_watermarks_that_is_slow_takes_nothing_from_the_others(service, origin, record, answer):
    with Origin({"*": answer}) as marks, Origin({"*": picture}) as good:
        with Probe(service.port, marked(origin, good.url("/mark"))) as probe:
            paths = [marked(origin, marks.url(f"/{number}")) for number in range(CROWD)]
            stuck = ask_all(service.port, paths, at_once=CROWD)
        after = ask(service.port, marked(origin, good.url("/another")))

    timeouts = [each.seconds for each in stuck if each.status == 504]
    record(others=probe.report(), statuses=counted(stuck), timeouts_s=[round(each, 2) for each in timeouts])
    assert probe.report().served >= PROBE_SERVED_ALL
    assert set(counted(stuck)) <= {503, 504}
    assert max(timeouts, default=0) < D
    assert after.status == 200


WIDE = encoded(solid(9000, 6000), "png")
LARGE = b"\x89PNG\r\n\x1a\n" + bytes(30 << 20)


@pytest.mark.parametrize(
    ("answer", "status", "public"),
    [
        pytest.param(answers.redirects("http://169.254.169.254/"), 404, b"Invalid source URL", id="forbidden"),
        pytest.param(answers.redirects("file:///etc/passwd"), 404, b"Source is unreachable", id="another scheme"),
        pytest.param(says(LARGE), 422, b"Invalid source image", id="30 MB"),
        pytest.param(
            answers.chunked(*[LARGE[: 1 << 20]] * 30), 422, b"Invalid source image", id="30 MB without a length"
        ),
        pytest.param(says(WIDE), 422, b"Invalid source image", id="too many pixels"),
        pytest.param(answers.not_found, 404, b"Source is unreachable", id="gone"),
        pytest.param(answers.closes_at_once, 404, b"Source is unreachable", id="closes"),
        pytest.param(answers.cuts_at(0.5, origins.SMALL), 422, b"Source response is incomplete", id="is cut off"),
    ],
)
def test_f79_a_watermark_is_held_to_what_a_source_is(service, origin, record, answer, status, public):
    with Origin({"*": answer}) as marks:
        refused = ask(service.port, marked(origin, marks.url("/mark")))
        is_said = bool(service.await_log(f"the watermark {marks.url('/mark')}"))
    without = ask(service.port, f"/_/plain/{origin.url('/cat.png')}")

    record(status=refused.status, said=refused.body.decode(), without=without.status)
    assert (refused.status, refused.body) == (status, public)
    assert (is_said, without.status) == (True, 200)
