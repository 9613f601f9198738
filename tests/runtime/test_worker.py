import pytest
from gunicorn.http import wsgi
from gunicorn.http.errors import InvalidRequestLine, InvalidResponseHeader, LimitRequestHeaders, LimitRequestLine

from imgsvc.runtime.connection import RequestReadTimeoutError
from imgsvc.runtime.settings import RuntimeSettings
from imgsvc.runtime.worker import ImageWorker, error_status


@pytest.mark.parametrize(
    ("error", "status"),
    [
        pytest.param(InvalidRequestLine("x"), 400, id="no request"),
        pytest.param(RequestReadTimeoutError("slow"), 408, id="too slow"),
        pytest.param(LimitRequestLine(9000, 8190), 414, id="too long"),
        pytest.param(LimitRequestHeaders("many"), 431, id="too much"),
        pytest.param(InvalidResponseHeader("ETag"), 500, id="a header of ours"),
        pytest.param(ZeroDivisionError(), 500, id="a fault of ours"),
        pytest.param(SystemExit(1), 500, id="given up by the arbiter"),
    ],
)
def test_what_never_became_an_answer_has_a_status(error, status):
    assert error_status(error) == status


def test_the_server_is_not_called_gunicorn():
    assert wsgi.SERVER == "imgsvc"


def test_a_worker_that_nobody_configured_has_the_default_budgets():
    assert ImageWorker.settings == RuntimeSettings()
