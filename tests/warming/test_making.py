from dataclasses import replace

import pytest

from imgsvc.errors import OriginDownError, SourceStatusError
from imgsvc.keeping.folder import Folder
from imgsvc.results.results import Results
from imgsvc.warming.making import Maker
from imgsvc.warming.pace import PutOffError
from imgsvc.warming.targets import StoreTarget
from imgsvc.warming.units import Status, Unit, Wish
from tests.images import encoded, quadrants
from tests.renderers import renderer

CARD, THUMB = Wish("card", "rs:fit:8:8", "png"), Wish("thumb", "rs:fit:4:4", "webp")


class Counting:
    """Counts what is asked of a source, or raises in its place."""

    def __init__(self, source, error: Exception | None = None) -> None:
        self.source, self.error, self.asked = source, error, []

    def open(self, request, scope):
        self.asked.append(dict(request.headers))
        if self.error:
            raise self.error
        return self.source.open(request, scope)


class Kept:
    """A folder of pictures, a store, and a maker between them."""

    def __init__(self, folder, *wishes: Wish, error: Exception | None = None, now=lambda: 1.8e9) -> None:
        if not (folder / "cat.png").exists():
            (folder / "cat.png").write_bytes(encoded(quadrants()))
            (folder / "text.png").write_text("no picture")
        made = renderer(folder, recipe="recipe")
        self.sources = Counting(made.sources, error)
        target = StoreTarget(Results(Folder(folder / "store"), fresh_seconds=60, now=now))
        self.maker = Maker(replace(made, sources=self.sources), wishes or (CARD, THUMB), target, 60)

    def make(self, name="local:///cat.png", **more):
        return self.maker.make(Unit(name, **more))


def test_a_source_is_fetched_once_for_all_its_renditions(tmp_path):
    kept = Kept(tmp_path)
    made = kept.make(mark="m")

    assert (made.status, set(made.made), made.mark) == (Status.MADE, {"card@png", "thumb@webp"}, "m")
    assert (len(kept.sources.asked), made.source_bytes) == (1, (tmp_path / "cat.png").stat().st_size)


def test_what_stands_is_not_made_and_its_source_is_not_fetched(tmp_path):
    Kept(tmp_path).make()
    kept = Kept(tmp_path)

    assert (kept.make().status, kept.sources.asked) == (Status.KEPT, [])


def test_of_what_stands_in_part_the_rest_is_made(tmp_path):
    Kept(tmp_path, CARD).make()

    assert set(Kept(tmp_path).make().made) == {"thumb@webp"}


def test_what_is_old_is_asked_for_by_its_validators_and_stands_if_it_holds(tmp_path):
    Kept(tmp_path).make()
    kept = Kept(tmp_path, now=lambda: 1.9e9)

    assert kept.make().status is Status.KEPT
    assert [list(each) for each in kept.sources.asked] == [["if-none-match", "if-modified-since"]]
    assert (kept.make().status, len(kept.sources.asked)) == (Status.KEPT, 1)


def test_a_source_that_has_changed_since_is_made_again(tmp_path):
    before = Kept(tmp_path).make()
    kept = Kept(tmp_path)
    (tmp_path / "cat.png").write_bytes(encoded(quadrants(80, 40)))

    assert kept.make(conditions=before.validators).status is Status.MADE
    assert Kept(tmp_path).make(is_changed=True).status is Status.MADE


def test_what_was_made_of_several_versions_is_made_again_of_one(tmp_path):
    """A source that says that the one still holds has not said so of the other."""
    Kept(tmp_path, CARD).make()
    (tmp_path / "cat.png").write_bytes(encoded(quadrants(80, 40)))
    Kept(tmp_path, THUMB).make()
    kept = Kept(tmp_path, THUMB, CARD, now=lambda: 1.9e9)

    assert (kept.make().status, kept.sources.asked) == (Status.MADE, [{}])


def test_nor_is_what_stands_taken_for_what_the_manifest_knows_of(tmp_path):
    before = Kept(tmp_path).make()
    (tmp_path / "cat.png").write_bytes(encoded(quadrants(80, 40)))
    Kept(tmp_path).make(is_changed=True)
    kept = Kept(tmp_path, now=lambda: 1.9e9)

    assert (kept.make(conditions=before.validators).status, kept.sources.asked) == (Status.MADE, [{}])


def test_a_rendition_that_cannot_be_made_is_no_reason_to_go_without_the_others(tmp_path):
    made = Kept(tmp_path, Wish("bad", "rs:fit:8:8", "svg"), CARD).make()

    assert (made.status, made.error, set(made.made)) == (Status.FAILED, "ResultFormatError", {"card@png"})


def test_what_is_no_picture_fails_by_its_name(tmp_path):
    made = Kept(tmp_path).make("local:///text.png")

    assert (made.source, made.status, made.error) == ("local:///text.png", Status.FAILED, "UnknownFormatError")


@pytest.mark.parametrize(
    ("error", "status", "patience"),
    [
        (SourceStatusError("gone", status=404), Status.FAILED, 0),
        (SourceStatusError("busy", status=503), Status.LOST, 0),
        (PutOffError("http://a", 7), Status.PUT_OFF, 7),
        (OriginDownError("down"), Status.PUT_OFF, 5),
        (MemoryError(), Status.FAILED, 0),
        (RuntimeError("a fault of ours"), Status.FAILED, 0),
    ],
    ids=str,
)
def test_another_try_is_for_what_may_pass(tmp_path, error, status, patience):
    made = Kept(tmp_path, error=error).make()

    assert (made.status, made.patience) == (status, patience)


def test_memory_that_there_is_no_more_of_has_a_name(tmp_path):
    made = Kept(tmp_path, error=MemoryError()).make()

    assert (made.error, made.says) == ("memory", "it takes more memory than --memory leaves it")


def test_a_source_that_the_settings_do_not_allow_is_not_fetched(tmp_path):
    kept = Kept(tmp_path)

    assert kept.make("https://169.254.169.254/").error == "SourceUnreachableError"
    assert kept.make("").error == "SourceUrlError"


def test_wishes_that_come_to_one_result_are_made_once(tmp_path):
    assert set(Kept(tmp_path, CARD, Wish("same", "w:8/h:8", "png")).make().made) == {"card@png"}


def test_whom_a_unit_is_fetched_from_is_known_before(tmp_path):
    maker = Kept(tmp_path).maker

    assert maker.origin(Unit("https://a.example/x.png")) == "https://a.example"
    assert maker.origin(Unit("https://[odd/")) == ""
