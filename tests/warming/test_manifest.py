import resource
from contextlib import contextmanager

import pytest

from imgsvc.warming.manifest import Manifest, ManifestError, read
from imgsvc.warming.units import Outcome, Status, Unit

CAT = Unit("http://a.example/cat.png", "m1")
TAG = {"if-none-match": '"one"'}


def ended(status: Status, **more) -> Outcome:
    return Outcome(CAT.source, status, CAT.mark, **more)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "warm.jsonl"


def write(path, *outcomes: Outcome, order="order") -> None:
    with Manifest(path, order) as manifest:
        for each in outcomes:
            manifest.write(each)


def due(path, unit=CAT, again="lost", *, order="order", asks=False) -> list[Unit]:
    with Manifest(path, order, keeps_validators=asks) as manifest:
        return list(manifest.due([unit], again, asks=asks))


@pytest.mark.parametrize("status", [Status.MADE, Status.KEPT, Status.FAILED])
def test_what_came_to_an_end_is_not_due(path, status):
    write(path, ended(status))

    assert due(path) == []


def test_what_was_lost_is_due_again(path):
    write(path, ended(Status.LOST))

    assert due(path) == [CAT]


def test_the_last_line_of_a_source_counts(path):
    write(path, ended(Status.LOST), ended(Status.MADE))

    assert due(path) == []


def test_what_failed_is_due_where_that_is_asked_for(path):
    write(path, ended(Status.FAILED))

    assert due(path, again="failed") == [Unit(CAT.source, CAT.mark, is_changed=True)]


def test_a_source_that_is_another_in_the_listing_is_made_whatever_stands(path):
    write(path, ended(Status.MADE))

    assert due(path, Unit(CAT.source, "m2")) == [Unit(CAT.source, "m2", is_changed=True)]


def test_lines_that_were_made_for_another_order_say_nothing(path):
    write(path, ended(Status.MADE))

    assert due(path, order="another") == [CAT]


@pytest.mark.parametrize(
    "torn", [b'{"source": "http://a.exa', b'{"source": 1}\n', b"[1]\n", b"\0\0\0\0", b"\xff\n", b"[" * 9999]
)
def test_a_torn_line_is_passed_over_and_joins_no_other(path, torn):
    write(path, ended(Status.MADE))
    with path.open("ab") as file:
        file.write(torn)
    write(path, Outcome("http://a.example/dog.png", Status.MADE))

    assert [each["source"] for each in read(path)] == [CAT.source, "http://a.example/dog.png"]
    assert due(path) == []


def test_two_runs_do_not_write_to_one_manifest(path):
    with Manifest(path, "order"), pytest.raises(ManifestError, match="another run"):
        Manifest(path, "order")


def test_with_changed_only_the_source_is_asked_by_its_validators(path):
    write(path, ended(Status.MADE, validators=TAG))

    assert due(path, asks=True) == [Unit(CAT.source, CAT.mark, conditions=TAG)]


@pytest.mark.parametrize("status", [Status.KEPT, Status.LOST])
def test_and_by_those_that_it_had_when_it_was_fetched_last(path, status):
    write(path, ended(Status.MADE, validators=TAG), ended(status))

    assert due(path, asks=True) == [Unit(CAT.source, CAT.mark, conditions=TAG)]


def test_a_changed_source_that_was_lost_is_made_whatever_stands(path):
    changed = Unit(CAT.source, "m2")
    write(path, ended(Status.MADE), Outcome(CAT.source, Status.LOST, changed.mark))

    assert due(path, changed) == [Unit(CAT.source, "m2", is_changed=True)]


def test_a_source_without_validators_is_made_again_for_nobody_can_tell(path):
    write(path, ended(Status.MADE))

    assert due(path, asks=True) == [Unit(CAT.source, CAT.mark, is_changed=True)]


def test_a_name_that_is_no_text_is_written_down_as_it_is(path):
    name = "local:///caf\udce9.png"
    write(path, Outcome(name, Status.MADE))

    assert due(path, Unit(name)) == []


def test_what_is_not_due_is_counted_by_what_became_of_it(path):
    write(path, ended(Status.FAILED))
    with Manifest(path, "order") as manifest:
        list(manifest.due([CAT, Unit("new")]))

        assert manifest.passed_over == {Status.FAILED: 1}


@contextmanager
def no_room(most: int):
    """As on a full disk: no file grows beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_said_with_what_to_do_at_the_start(path):
    with no_room(5), pytest.raises(ManifestError, match=r"cannot be written to .*: make room"):
        Manifest(path, "order")


def test_and_on_the_way_where_what_was_torn_is_due_again(path):
    write(path, ended(Status.MADE))
    other = Outcome("http://a.example/dog.png", Status.MADE)
    with (
        Manifest(path, "order") as manifest,
        no_room(path.stat().st_size + 9),
        pytest.raises(ManifestError, match="make room"),
    ):
        manifest.write(other)

    assert due(path) == []
    assert due(path, Unit(other.source)) == [Unit(other.source)]
