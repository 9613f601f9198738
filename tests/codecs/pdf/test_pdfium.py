"""In a process of its own, as it is called: what is loaded here would stay in the tests' own."""

import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from imgsvc.codecs.pdf import pdfium
from imgsvc.options.geometry import Size
from imgsvc.runtime.child import Child, ChildError
from tests.codecs.pdf.files import Page, form, pdf


def told(body: bytes, work: Callable[[pdfium.Document], bytes]) -> bytes:
    """What `work` makes of an open document."""

    def done(data: bytes) -> bytes:
        with pdfium.opened(data) as document:
            return work(document)

    child = Child(done)
    try:
        return child(body, 10)
    finally:
        child.close()


def sizes(document: pdfium.Document) -> bytes:
    return json.dumps([document.size_of(page) for page in range(document.count())]).encode()


def test_pages_have_their_own_sizes() -> None:
    body = pdf(Page(width=200, height=100), Page(width=30, height=40))

    assert json.loads(told(body, sizes)) == [[200, 100], [30, 40]]


def test_rows_of_a_page_are_those_of_all_of_it() -> None:
    whole = told(pdf(), lambda each: each.drawn(0, Size(40, 20), range(20), has_alpha=False))

    part = told(pdf(), lambda each: each.drawn(0, Size(40, 20), range(5, 9), has_alpha=False))

    assert part == whole[5 * 40 * 3 : 9 * 40 * 3]


def test_fields_of_a_form_are_drawn() -> None:
    drawn = told(form(), lambda each: each.drawn(0, Size(200, 100), range(100), has_alpha=False))

    at = (60 * 200 + 40) * 3
    assert tuple(drawn[at : at + 3]) == (0, 255, 0)


def test_a_page_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ChildError, match="page 1 cannot be read"):
        told(pdf(), lambda each: json.dumps(each.size_of(1)).encode())


def test_whoever_asks_for_no_pdf_loads_no_pdfium() -> None:
    program = "import imgsvc.app; print('libpdfium' in open('/proc/self/maps').read())"

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert said.split() == ["False"]
