import socket

import pytest

from imgsvc.errors import SourceUnreachableError
from imgsvc.options.formats import Format
from imgsvc.rendition import InfoRendition
from imgsvc.runtime.board.layout import Counter, Spent, Tally
from imgsvc.runtime.board.scoreboard import Scoreboard
from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.workers.current import KEY, CurrentRequest
from imgsvc.web.reporting.tally import lifetime
from tests.web.fakes import SOURCE_URL, FakeRenderer, client, failing, not_modified, rendition


def slow(job, scope):
    for name in ("fetch", "decode", "encode"):
        with scope.stage(name):
            pass
    return rendition(job)


@pytest.fixture
def totals(tmp_path):
    board = Scoreboard.create(1)
    ours, theirs = socket.socketpair()

    def ask(outcome, path=f"/_/w:1/plain/{SOURCE_URL}", *, is_fallback_late=False, **sections):
        request = CurrentRequest(connection, board.reserve(), None)
        client(FakeRenderer(outcome, is_fallback_late=is_fallback_late), **sections).simulate_get(
            path, extras={KEY: request}
        )
        return board.totals()

    with theirs, Connection.adopt(ours) as connection:
        yield ask


def test_what_a_rendition_took_is_counted_by_the_format_of_its_source(totals):
    found = totals(slow).spent

    assert [sum(found[spent, "gif"].buckets) for spent in Spent] == [1, 1]
    assert found[Spent.PEAK, "gif"].sum_seconds > 1 << 20


def test_a_request_without_a_rendition_has_no_cost_of_one(totals):
    found = totals(failing(SourceUnreachableError("no such host"))).spent

    assert not any(any(view.buckets) for view in found.values())


def test_a_rendition_is_counted_by_its_formats(totals):
    found = totals(slow).formats

    assert (found[Tally.SOURCES, "gif"], found[Tally.RESULTS, "png"]) == (1, 1)


def test_the_time_for_pixels_is_the_sum_of_its_stages(totals):
    assert sum(totals(slow).histograms["processing"].buckets) == 1


@pytest.mark.parametrize(("ttl", "bucket"), [(0, 0), (3600, 2), (31_536_000, 6)])
def test_an_answer_is_counted_by_its_lifetime(totals, ttl, bucket):
    found = totals(not_modified, cache={"ttl": ttl}).lifetimes

    assert found.buckets[bucket] == 1
    assert found.sum_seconds == ttl


@pytest.mark.parametrize("is_late", [True, False])
def test_an_error_that_lacks_its_fallback_image_is_counted(totals, is_late):
    found = totals(failing(SourceUnreachableError("refused")), is_fallback_late=is_late).counters

    assert found[Counter.FALLBACK_MISSING] == is_late


def test_pages_are_not_counted(totals):
    assert sum(totals(slow, "/").lifetimes.buckets) == 0


@pytest.mark.parametrize(
    ("header", "seconds"), [("max-age=60, public", 60), ("no-cache", 0), ("private, max-age=" + "9" * 30, 10**18 - 1)]
)
def test_a_lifetime_is_read_from_the_header(header, seconds):
    assert lifetime(header) == seconds


def test_an_answer_about_a_source_is_counted_by_its_format(totals):
    found = totals(lambda job, _scope: InfoRendition(b"{}", job, {}, Format.PNG)).formats

    assert (found[Tally.INFOS, "png"], found[Tally.SOURCES, "png"]) == (1, 0)
