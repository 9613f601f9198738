import pytest

from imgsvc.runtime.answers import answer


@pytest.mark.parametrize("status", [400, 408, 414, 431, 500, 503])
def test_an_answer_is_whole_and_closes(status):
    head, _, body = answer(status).partition(b"\r\n\r\n")

    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"Connection: close" in head
    assert f"Content-Length: {len(body)}".encode() in head


def test_who_is_turned_away_is_told_when_to_come_back():
    assert b"\r\nRetry-After: 1\r\n" in answer(503)


@pytest.mark.parametrize(("status", "says_so"), [(400, False), (408, True), (503, True)])
def test_what_ends_a_request_is_not_stored_and_a_400_does_not_speak_of_it(status, says_so):
    assert (b"\r\nCache-Control: no-store" in answer(status)) == says_so
