import pytest
from gunicorn.http import wsgi

from imgsvc.runtime.serving import waited_seconds


def test_the_server_is_not_called_gunicorn():
    assert wsgi.SERVER == "imgsvc"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        pytest.param("t=1700000000.250", 1.75, id="nginx"),
        pytest.param("1700000001", 1, id="seconds"),
        pytest.param("1700000000500", 1.5, id="milliseconds"),
        pytest.param("t=1700000000500000", 1.5, id="microseconds"),
        pytest.param("1700000009", 0, id="the future"),
        pytest.param("1690000000", 0, id="months ago"),
        pytest.param("", 0, id="none"),
        pytest.param("yesterday", 0, id="no number"),
        pytest.param("9" * 400, 0, id="a huge one"),
    ],
)
def test_a_proxy_says_when_the_request_came(header, seconds):
    assert waited_seconds(header, 1_700_000_002.0) == pytest.approx(seconds)
