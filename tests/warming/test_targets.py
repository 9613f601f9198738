from pathlib import Path

import pytest

from imgsvc.keeping.folder import Folder
from imgsvc.options.formats import Format
from imgsvc.results.results import Results
from imgsvc.warming.targets import (
    FileTarget,
    NotKeptError,
    Nowhere,
    StoreTarget,
    TargetError,
    Template,
    create_target,
)
from imgsvc.warming.units import Wish
from tests.results.made import job, rendition

CARD = Wish("card", "pr:card", "webp")


def template(folder: Path, rest: str = "{path}/{preset}.{format}") -> Template:
    return Template(f"file://{folder}/{rest}")


class Remote(Folder):
    """A folder that is as far away as a bucket."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.is_local = False


def results(folder: Path, **more) -> Results:
    return Results(Folder(folder), fresh_seconds=60, **more)


def test_a_rendition_goes_where_the_template_says(tmp_path):
    FileTarget(template(tmp_path)).put(CARD, rendition(job(source="http://a.example/x/cat.png?v=2")))

    assert (tmp_path / "a.example/x/cat.png?v=2/card.webp").read_bytes() == b"a picture"


@pytest.mark.parametrize(
    "source",
    [
        "local:///../../etc/passwd",
        "local:////",
        "local:///a/./b",
        "http://a/%2e%2e/%2e%2e/x",
        "http://a//..//x",
        "s3://../x",
    ],
)
def test_no_source_is_written_out_of_the_folder(tmp_path, source):
    path = template(tmp_path).path(CARD, job(source=source), "webp")

    assert path.resolve().is_relative_to(tmp_path)
    assert path.resolve() == path


def test_a_name_that_no_file_can_have_is_the_picture_s_fault(tmp_path):
    target = FileTarget(template(tmp_path))

    with pytest.raises(NotKeptError):
        target.put(CARD, rendition(job(source="local:///a\0b.png")))
    with pytest.raises(NotKeptError):
        target.put(CARD, rendition(job(source=f"local:///{'a' * 300}.png")))


def test_two_sources_are_two_files(tmp_path):
    names = ["local:///a//b", "local:///a/b", "http://h/a?b", "http://h/a/b", "http://h:81/a/b", "s3://h/a/b?1"]

    assert len({template(tmp_path).path(CARD, job(source=each), "webp") for each in names}) == len(names)


def test_a_file_stands_where_it_is_whole(tmp_path):
    target = FileTarget(template(tmp_path))
    target.put(CARD, rendition())
    path = template(tmp_path).path(CARD, job(), "webp")

    assert (target.find(CARD, job()) is not None, path.stat().st_mode & 0o777) == (True, 0o644)
    path.write_bytes(b"")
    assert target.find(CARD, job()) is None
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_what_cannot_be_written_is_not_the_picture_s_fault(tmp_path):
    (tmp_path / "source.example").write_text("in the way")

    with pytest.raises(TargetError):
        FileTarget(template(tmp_path)).put(CARD, rendition())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("/srv/{path}.{format}", "file:///folder"),
        ("file:///srv/{path}/{size}", "fields of accept, format"),
        ("file:///srv/{preset}.{format}", "{path} or {hash}"),
    ],
)
def test_a_template_that_cannot_be_is_said_to_be_none(text, says):
    with pytest.raises(ValueError, match=says):
        Template(text)


@pytest.mark.parametrize(
    ("rest", "wishes"),
    [
        ("{path}.{format}", (CARD, Wish("thumb", "pr:thumb", "webp"))),
        ("{path}/{preset}", (CARD, Wish("card", "pr:card", "avif"))),
        ("{path}/{preset}.{format}", (CARD, Wish("card", "pr:card"))),
        ("{path}/{preset}.{format}", (CARD, Wish("card", "pr:card", "webp", frozenset({Format.AVIF})))),
    ],
)
def test_wishes_that_would_be_one_file_are_refused(tmp_path, rest, wishes):
    with pytest.raises(ValueError, match="as far as the wishes differ"):
        template(tmp_path, rest).check(wishes)


@pytest.mark.parametrize(
    "rest", ["{path}/{preset}.{format}", "{path}/{preset}-{accept}.{format}", "{hash}/{preset}.{format}"]
)
def test_wishes_that_differ_by_what_is_in_it_are_not(tmp_path, rest):
    template(tmp_path, rest).check((CARD, Wish("card", "pr:card", "avif")))


def test_what_the_store_has_of_a_fresh_result_stands(tmp_path):
    target = StoreTarget(results(tmp_path))
    missing = target.find(CARD, job())
    target.put(CARD, rendition())
    target.finish()

    assert missing is None
    assert target.find(CARD, job()).conditions == {}


def test_what_the_store_has_of_an_old_one_stands_if_the_source_says_so(tmp_path):
    StoreTarget(kept := results(tmp_path, now=lambda: 0.0)).put(CARD, rendition())
    StoreTarget(kept).finish()
    target = StoreTarget(results(tmp_path))

    old = target.find(CARD, job())
    target.renew(old, {})
    target.finish()

    assert old.conditions == {"if-none-match": '"one"'}
    assert target.find(CARD, job()).conditions == {}


def test_what_its_source_lets_nobody_keep_is_not_kept(tmp_path):
    with pytest.raises(NotKeptError, match="Cache-Control"):
        StoreTarget(results(tmp_path)).put(CARD, rendition(headers={"cache-control": "private"}))


def test_a_store_that_cannot_keep_a_result_says_so(tmp_path):
    (tmp_path / "store").write_text("a file in a folder's place")

    with pytest.raises(TargetError, match="could not keep"):
        StoreTarget(results(tmp_path / "store")).put(CARD, rendition())


def test_nor_does_one_that_is_asked_over_the_network_keep_it_in_silence(tmp_path):
    target = StoreTarget(Results(Remote(tmp_path / "store"), fresh_seconds=60))
    (tmp_path / "store").write_text("a file in a folder's place")
    target.put(CARD, rendition())

    with pytest.raises(TargetError):
        target.finish()


def test_a_target_is_named_by_a_word_or_is_a_template(tmp_path):
    assert isinstance(create_target("nowhere", None), Nowhere)
    assert isinstance(create_target("store", results(tmp_path)), StoreTarget)
    with pytest.raises(ValueError, match="RESULT_STORE"):
        create_target("store", None)
