import json

from imgsvc.observer.clients.page import Page


def head_of(page):
    return page.head().decode().splitlines()


def test_a_good_verdict_is_200():
    assert Page.verdict((), "well") == Page(200, b"well\n")


def test_data_is_json():
    assert json.loads(Page.json({"a": 1}).body) == {"a": 1}


def test_nothing_is_kept_and_nothing_is_guessed():
    head = head_of(Page(200, b"x"))

    assert {"Cache-Control: no-store", "X-Content-Type-Options: nosniff", "Content-Length: 1"} <= set(head)


def test_a_head_ends_with_an_empty_line():
    assert Page(200, b"four").head().endswith(b"\r\n\r\n")


def test_a_refusal_says_its_status_in_words():
    refusal = Page.refusal(405, Allow="GET")

    assert (refusal.status, refusal.body) == (405, b"Method Not Allowed\n")
    assert "Allow: GET" in head_of(refusal)
