"""What is read is in tests/spec/url_options.toml; here are the clock, and what is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.errors import ExpiredUrlError
from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions
from imgsvc.url.grammar import Context
from imgsvc.url.rows.output import EXPIRES, FILENAME, FORMAT_QUALITY, SKIP_PROCESSING


def test_a_url_holds_until_its_moment_has_passed() -> None:
    assert EXPIRES.apply(["100"], ProcessingOptions(), Context(lambda: 100.0)).expires == 100


def test_a_url_is_refused_once_its_moment_has_passed() -> None:
    with pytest.raises(ExpiredUrlError, match="at 100"):
        EXPIRES.apply(["100"], ProcessingOptions(), Context(lambda: 100.5))


@pytest.mark.parametrize("moment", ["0", "-5"])
def test_no_moment_is_never(moment: str) -> None:
    assert EXPIRES.apply([moment], ProcessingOptions(), Context(lambda: 1e12)).expires == int(moment)


@given(st.text())
def test_a_filename_that_is_written_is_read_again(name: str) -> None:
    found = ProcessingOptions()

    for args in FILENAME.build(ProcessingOptions(filename=name)):
        found = FILENAME.apply(args, found, Context(lambda: 0.0))

    assert found.filename == name


@pytest.mark.parametrize(
    ("name", "args"), [("cat-1.jpg", ["cat-1.jpg"]), ("a/b", ["YS9i", "1"]), ("%20", ["JTIw", "1"])]
)
def test_a_filename_is_base64_only_where_it_must_be(name: str, args: list[str]) -> None:
    assert FILENAME.build(ProcessingOptions(filename=name)) == [args]


def test_lists_are_written_in_one_use() -> None:
    wanted = ProcessingOptions(
        format_quality={Format.JPEG: 50, Format.PNG: 0}, skip_processing=(Format.GIF, Format.SVG, Format.GIF)
    )

    assert FORMAT_QUALITY.build(wanted) == [["jpeg", "50", "png", "0"]]
    assert SKIP_PROCESSING.build(wanted) == [["gif", "svg", "gif"]]


def test_options_that_share_qualities_do_not_change_each_other() -> None:
    first = FORMAT_QUALITY.apply(["jpg", "50"], ProcessingOptions(), Context(lambda: 0.0))

    FORMAT_QUALITY.apply(["png", "60"], first, Context(lambda: 0.0))

    assert first.format_quality == {Format.JPEG: 50}
