from dataclasses import replace

import pytest

from imgsvc.codecs.opened import DecodeRequest
from imgsvc.errors import BrokenImageError, BrokenSvgError, RequestTimeoutError
from imgsvc.options.geometry import Size
from tests.codecs.files import opened
from tests.codecs.pdf.files import Page, pdf
from tests.images import encoded, solid


@pytest.mark.parametrize(("word", "header"), [("gif", Size(9, 8)), ("png", Size(8, 9)), ("tiff", Size(9, 9))])
def test_nothing_is_decoded_that_has_not_its_headers_size(word: str, header: Size) -> None:
    found = opened(encoded(solid(8, 8), word), word)
    promising = replace(found, header=replace(found.header, size=header))

    with pytest.raises(BrokenImageError, match="where its header says"):
        promising.decode()


DRAWN_FOR_LONG = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="4000" height="4000"><circle r="3999"/></svg>',
    "pdf": pdf(Page("/Half gs " + "0 0 m 200 100 l 200 0 l 0 100 l h f " * 20_000)),
}


@pytest.mark.parametrize("word", DRAWN_FOR_LONG)
def test_what_is_drawn_in_a_process_of_its_own_has_the_time_that_is_left(word: str) -> None:
    with pytest.raises((BrokenImageError, BrokenSvgError), match=r"ended by signal|too long"):
        opened(DRAWN_FOR_LONG[word], word).decode(DecodeRequest(remaining=lambda: 0.0))


@pytest.mark.parametrize("word", DRAWN_FOR_LONG)
def test_a_drawing_is_not_to_blame_where_its_request_had_too_little_time(word: str) -> None:
    def over() -> None:
        raise RequestTimeoutError("over")

    with pytest.raises(RequestTimeoutError):
        opened(DRAWN_FOR_LONG[word], word).decode(DecodeRequest(remaining=lambda: 0.0, between=over))
