import re
from pathlib import Path

import pytest

from imgsvc.options.formats import Format
from tests.corpus.answer import Answer
from tests.corpus.manifest import KEPT, Row, origins, rows, write, written

ROWS = rows()
kept = [row for row in ROWS if row.kept]


def row(**changes: object) -> Row:
    plain = {
        "origin": "npm:some",
        "path": "some/a.png",
        "sha256": "00",
        "license": "CC0-1.0",
        "format": "png",
        "truth": Answer(size=(1, 2), frames=3, means="00", last="11"),
        "reader": "Chromium 156",
    }
    return Row(**plain | changes)  # type: ignore[arg-type]


def test_a_row_is_read_as_it_was_written(tmp_path: Path) -> None:
    one = row(here=Answer(frames=1), why="as imgproxy", tolerance=9, kept="a.png")

    write([one], tmp_path / "rows.jsonl")

    assert rows(tmp_path / "rows.jsonl") == [one]


def test_what_is_right_here_is_laid_over_the_truth() -> None:
    assert row(here=Answer(frames=1)).wanted == Answer(size=(1, 2), frames=1, means="00")


def test_a_refusal_that_is_right_here_has_nothing_of_the_picture() -> None:
    assert row(here=Answer(status=422)).wanted == Answer(status=422)


def test_the_manifest_is_written_as_its_rows_are() -> None:
    text = (Path(__file__).parent / "rows.jsonl").read_text("utf-8")

    assert text.splitlines() == [written(each) for each in ROWS]


def test_every_format_that_is_read_has_rows() -> None:
    assert {each.word for each in Format} - {each.format for each in ROWS} == set()


def test_every_row_says_who_says_so_and_what_may_be_done_with_the_file() -> None:
    assert [each.name for each in ROWS if not (each.reader and each.license and each.sha256)] == []


def test_a_row_that_is_otherwise_here_says_why() -> None:
    assert [each.name for each in ROWS if bool(each.why) != (each.here is not None or each.tolerance != 4)] == []


def test_no_file_has_two_rows() -> None:
    assert len({each.sha256 for each in ROWS}) == len(ROWS)


def test_every_file_can_be_had() -> None:
    assert {each.origin for each in ROWS if not each.kept} - set(origins()) == set()


def test_no_file_is_a_known_trigger_of_faults_elsewhere() -> None:
    telling = re.compile(
        r"fuzz|cve|\bpoc\b|crash|hang|timeout|oom|overflow|exploit|segv|asan|leak|bomb|double.free|invalid.read",
        re.IGNORECASE,
    )

    assert [each.path for each in ROWS if telling.search(each.path)] == []


@pytest.mark.parametrize("one", kept, ids=lambda each: each.kept)
def test_what_is_kept_is_small_and_free(one: Row) -> None:
    assert (KEPT / one.kept).stat().st_size <= 20 << 10
    assert f"`{one.origin}`" in (KEPT / "README.md").read_text("utf-8")


def test_what_is_kept_is_a_megabyte_at_most() -> None:
    assert sum(each.stat().st_size for each in KEPT.iterdir()) <= 1 << 20


def test_nothing_is_kept_without_a_row() -> None:
    assert {each.name for each in KEPT.iterdir()} - {each.kept for each in kept} == {"README.md"}
