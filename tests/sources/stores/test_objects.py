"""Twin of imgsvc/sources/stores/objects.py; tests/results/test_bucket.py has what holds of a whole bucket."""

import pytest

from imgsvc.errors import SourceStatusError, SourceTimeoutError, SourceTooLargeError
from imgsvc.source_url import SourceUrl
from imgsvc.sources.stores.objects import Objects
from tests.misbehaving import Origin, endless, in_turn, never_answers, says
from tests.sources.stores.desks import client
from tests.sources.stores.fakes import FakeStore


def objects(origin: Origin, learns_from: int = 0) -> Objects:
    return Objects(FakeStore(SourceUrl.parse(origin.url("/")), learns_from), client(), "shop", "kept/")


def test_an_object_is_below_the_prefix() -> None:
    with Origin({"/kept/a": says(b"data")}) as origin:
        assert objects(origin).get("a", 9, 99) == b"data"


def test_a_refusal_that_is_learned_from_is_asked_about_once_more_and_no_more() -> None:
    with Origin({"*": in_turn(says(b"", 401), says(b"data"), says(b"", 401))}) as origin:
        of = objects(origin, learns_from=401)

        assert of.get("a", 9, 99) == b"data"
        with pytest.raises(SourceStatusError, match="the container shop answered 401"):
            of.put("a", b"data", 9)
        assert len(origin.heads) == 4


def test_a_store_that_does_not_answer_in_time_is_one_that_timed_out() -> None:
    with Origin({"*": never_answers}) as origin, pytest.raises(SourceTimeoutError):
        objects(origin).put("a", b"data", 0.1)


@pytest.mark.parametrize("answer", [says(b"x" * 100), endless], ids=["announced", "endless"])
def test_what_is_larger_than_ours_would_be_is_nothing(answer) -> None:
    with Origin({"*": answer}) as origin:
        assert objects(origin).get("a", 9, 99) is None


def test_a_list_without_end_is_an_error() -> None:
    with Origin({"*": endless}) as origin, pytest.raises(SourceTooLargeError):
        list(objects(origin).names("", 60))


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_gone_already_need_not_be_deleted(status: int) -> None:
    with Origin({"*": says(b"", status)}) as origin:
        objects(origin).delete("a", 9)
