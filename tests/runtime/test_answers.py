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
