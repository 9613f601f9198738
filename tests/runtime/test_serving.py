import pytest
from gunicorn.http import wsgi
from gunicorn.http.errors import InvalidRequestLine, InvalidResponseHeader, LimitRequestHeaders, LimitRequestLine

from imgsvc.runtime.serving import error_status, waited_seconds


@pytest.mark.parametrize(
    ("error", "status"),
    [
        pytest.param(InvalidRequestLine("x"), 400, id="no request"),
        pytest.param(LimitRequestLine(9000, 8190), 414, id="too long"),
        pytest.param(LimitRequestHeaders("many"), 431, id="too much"),
        pytest.param(InvalidResponseHeader("ETag"), 500, id="a header of ours"),
        pytest.param(ZeroDivisionError(), 500, id="a fault of ours"),
    ],
)
def test_what_never_became_an_answer_has_a_status(error, status):
    assert error_status(error) == status


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
        pytest.param("", 0, id="none"),
        pytest.param("yesterday", 0, id="no number"),
        pytest.param("9" * 400, 0, id="a huge one"),
    ],
)
def test_a_proxy_says_when_the_request_came(header, seconds):
    assert waited_seconds(header, 1_700_000_002.0) == pytest.approx(seconds)
