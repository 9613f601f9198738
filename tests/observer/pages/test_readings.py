import os

import pytest

from imgsvc.observer.pages.readings import READINGS
from imgsvc.observer.pages.snapshot import Snapshots
from imgsvc.options.formats import Format
from imgsvc.runtime.board.layout import FORMATS, ORIGINS, FetchResult, Gauge, Spent, Tally
from imgsvc.runtime.board.origins import Origins
from imgsvc.telemetry.metrics import METRICS
from tests.observer.boards import watched


@pytest.fixture
def seen(tmp_path):
    monitor, slot = watched(tmp_path, port=1)
    slot.occupy(os.getpid())
    return slot, monitor, lambda name: dict(READINGS[name](Snapshots(monitor).take()))


def test_every_metric_is_read_and_nothing_else():
    assert set(READINGS) == {metric.name for metric in METRICS}


def test_every_format_has_its_series():
    assert {each.word for each in Format} <= set(FORMATS)


def test_renditions_are_counted_by_their_formats(seen):
    slot, _, read = seen
    slot.count_format(Tally.SOURCES, "gif")
    slot.count_format(Tally.RESULTS, "a format of the future")
    slot.count_format(Tally.INFOS, "png")

    assert read("imgsvc_source_images_total")["gif",] == 1
    assert read("imgsvc_result_images_total")["other",] == 1
    assert read("imgsvc_info_answers_total")["png",] == 1


def test_a_lifetime_is_in_the_bucket_that_holds_it(seen):
    slot, _, read = seen
    for seconds in (0, 3600, 10**18):
        slot.keep(seconds)
    buckets, total = read("imgsvc_cache_lifetime_seconds")[()]

    assert [count for _, count in buckets] == [1, 1, 2, 2, 2, 2, 2, 3]
    assert total == 3600 + 315_360_000


def test_what_pictures_took_is_told_by_the_format_of_their_source(seen):
    slot, _, read = seen
    slot.spend(Spent.CPU, "png", 0.3)
    slot.spend(Spent.PEAK, "png", 100 << 20)
    slot.spend(Spent.PEAK, "a format of the future", 1 << 40)

    assert read("imgsvc_picture_cpu_seconds").keys() == {("png",)}
    assert read("imgsvc_picture_cpu_seconds")["png",][1] == 0.3
    buckets, total = read("imgsvc_picture_peak_bytes")["png",]
    assert ([count for _, count in buckets[:4]], total) == ([0, 0, 1, 1], 100 << 20)
    assert read("imgsvc_picture_peak_bytes")["other",][1] == 1 << 40


def test_logins_are_timed_apart_from_the_fetches_that_wait_for_them(seen):
    slot, _, read = seen
    slot.observe("login", 0.3)
    buckets, total = read("imgsvc_login_seconds")[()]

    assert total == pytest.approx(0.3)
    assert [count for _, count in buckets] == [0] * 6 + [1] * 7


def test_and_so_are_watermarks_from_the_sources_beside_which_they_are_fetched(seen):
    slot, _, read = seen
    slot.observe("beside", 0.3)

    assert read("imgsvc_watermark_fetch_seconds")[()][1] == pytest.approx(0.3)
    assert read("imgsvc_stage_seconds")["fetch",][1] == 0


def test_fetches_are_counted_by_the_name_of_their_origin(seen):
    slot, monitor, read = seen
    row = Origins(monitor.board).row(7, "https://a.example")
    slot.count_fetch(row, FetchResult.TIMEOUT)
    slot.count_fetch(ORIGINS, FetchResult.OK)
    found = read("imgsvc_fetches_total")

    assert (found["https://a.example", "timeout"], found["other", "ok"]) == (1, 1)
    assert len(found) == 2 * len(FetchResult)


def test_where_the_kernel_does_not_tell_of_the_queue_those_in_hand_are_counted(tmp_path):
    monitor, slot = watched(tmp_path)
    slot.gauge(Gauge.READY, 2)

    assert dict(READINGS["imgsvc_queue_length"](Snapshots(monitor).take())) == {(): 2}


def test_fetches_in_flight_have_the_same_names_as_those_that_are_over(seen):
    slot, monitor, read = seen
    Origins(monitor.board).row(7, "https://a.example")
    slot.fetch_begins(0, "id", "https://a.example")
    slot.fetch_begins(1, "id", "https://has-no-row.example")

    assert read("imgsvc_fetches_in_flight") == {("https://a.example",): 1, ("other",): 1}


def test_fetches_that_there_are_no_rows_for_are_counted_with_the_others(seen):
    slot, _, read = seen
    slot.gauge(Gauge.FETCHING, 100)

    assert read("imgsvc_fetches_in_flight") == {("other",): 100}


def test_requests_in_hand_are_told_by_what_they_wait_for(seen):
    slot, _, read = seen
    slot.gauge(Gauge.WAITING, 2)

    assert read("imgsvc_requests_in_hand") == {("waiting",): 2, ("fetching",): 0, ("ready",): 0}


def test_a_worker_s_age_is_that_of_its_slot(seen):
    _, _, read = seen

    assert list(read("imgsvc_worker_age_seconds")) == [("0",)]


def test_a_worker_that_is_only_reserved_has_no_age(tmp_path):
    snapshot = Snapshots(watched(tmp_path)[0]).take()

    assert list(READINGS["imgsvc_worker_age_seconds"](snapshot)) == []
