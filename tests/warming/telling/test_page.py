import re

from imgsvc.options.formats import Format
from imgsvc.warming.telling.page import MOST_PICTURES, page
from imgsvc.warming.telling.summary import Summary
from imgsvc.warming.units import Outcome, Status

NAME = "local:///<script>alert(1)</script>\"'.png"


def failed(*names: str) -> Summary:
    summary = Summary()
    for name in names:
        summary.add(Outcome(name, Status.FAILED, error="died", says=f"<b>{name}"))
    return summary


def test_names_and_reasons_are_no_markup():
    text = page(failed(NAME), 1, lambda _: None)

    assert ("<script" in text, "<b>local" in text, "&lt;script&gt;alert(1)" in text) == (False, False, True)


def test_a_page_asks_nobody_for_anything():
    text = page(failed("http://a.example/cat.png"), 1, lambda _: (Format.PNG, b"\x89PNG"))

    assert re.findall(r'\b(?:src|href)="([a-z]+:)', text) == ["data:"]
    assert "default-src 'none'" in text


def test_not_every_failure_of_many_is_shown_as_a_picture():
    text = page(failed(*map(str, range(50))), 1, lambda _: (Format.PNG, b"\x89PNG"))

    assert (text.count("<img"), text.count("<li>")) == (MOST_PICTURES, 50)
