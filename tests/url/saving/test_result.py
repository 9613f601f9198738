import pytest

from imgsvc.errors import ArgumentError
from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions
from imgsvc.options.saving import Placeholder
from imgsvc.url.saving.result import RESULT, with_result
from tests.url.cases import parser


@pytest.mark.parametrize(
    "wanted",
    [ProcessingOptions(format=Format.AVIF), *(ProcessingOptions(placeholder=each) for each in Placeholder)],
)
def test_what_is_written_is_read(wanted: ProcessingOptions) -> None:
    ((word,),) = RESULT.build(wanted)

    assert with_result(ProcessingOptions(), word) == wanted


def test_nothing_is_written_where_nothing_is_asked_for() -> None:
    assert RESULT.build(ProcessingOptions()) == []


@pytest.mark.parametrize("path", ["f:webp/plain/local:///a.jpg@thumbhash", "f:webp/bG9jYWw6Ly8vYS5qcGc.thumbhash"])
def test_an_extension_asks_for_a_placeholder_too(path: str) -> None:
    found = parser().parse(path).options

    assert (found.format, found.placeholder) == (None, Placeholder.THUMBHASH)


def test_a_word_that_is_none_is_refused_with_those_that_are() -> None:
    with pytest.raises(ArgumentError, match=r"'mp4' is not one of jpeg, .*, blurhash, thumbhash; .*as in f:webp"):
        parser().parse("f:mp4/plain/local:///a.jpg")
