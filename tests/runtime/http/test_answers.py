import re

import pytest

from imgsvc.runtime.http.answers import Words, answer, speak, words


@pytest.mark.parametrize("status", [400, 408, 414, 431, 500, 503])
def test_an_answer_is_whole_and_closes(status):
    head, _, body = answer(status, "an-id").partition(b"\r\n\r\n")

    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"Connection: close" in head
    assert f"Content-Length: {len(body)}".encode() in head


def test_who_is_turned_away_is_told_when_to_come_back():
    assert b"\r\nRetry-After: 1\r\n" in answer(503, "an-id")


@pytest.mark.parametrize(("status", "says_so"), [(400, False), (408, True), (503, True)])
def test_what_ends_a_request_is_not_stored_and_a_400_does_not_speak_of_it(status, says_so):
    assert (b"\r\nCache-Control: no-store" in answer(status, "an-id")) == says_so


@pytest.mark.parametrize(("status", "has_policy"), [(400, False), (408, True), (503, True)])
def test_all_but_a_400_have_a_policy(status, has_policy):
    assert (b"\r\nContent-Security-Policy: default-src 'none'" in answer(status, "an-id")) == has_policy


@pytest.mark.parametrize("status", [400, 408, 414, 431, 500, 503])
def test_every_answer_says_when_and_for_which_request_it_is_and_is_no_page(status):
    head = answer(status, "an-id").decode()

    assert re.search(r"\r\nDate: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT\r\n", head)
    assert "\r\nX-Request-Id: an-id\r\n" in head
    assert "\r\nX-Content-Type-Options: nosniff\r\n" in head


def test_who_asks_for_the_head_alone_gets_no_body():
    assert answer(503, "an-id", has_body=False).endswith(b"\r\n\r\n")


@pytest.fixture
def _said_before():
    before = words()
    yield
    speak(before)


@pytest.mark.usefixtures("_said_before")
def test_answers_say_what_the_operator_has_them_say():
    speak(Words("shop", "all is well", {"X-Shop": "yes"}))
    head = answer(503, "an-id").decode()

    assert "\r\nServer: shop\r\n" in head
    assert "\r\nX-Shop: yes\r\n" in head


@pytest.mark.usefixtures("_said_before")
def test_and_nothing_of_it_stands_for_what_they_have_to_say():
    speak(Words(custom={"Content-Type": "text/html", "X-Content-Type-Options": "none"}))
    head = answer(503, "an-id").decode()

    assert "text/html" not in head
    assert head.count("X-Content-Type-Options") == 1
