import falcon
import pytest
from falcon import testing

from imgsvc.runtime.board.verdict import CANARY_HEADER
from imgsvc.web.health import Health, make_picture
from imgsvc.web.settings import CacheSettings
from tests.web.fakes import client

every_method = pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])


def asked(method, *, is_lost, headers=None):
    """The answer of a worker whose observer says this."""
    app = falcon.App()
    app.add_route("/health", Health(CacheSettings(), lost=lambda: is_lost))
    return testing.TestClient(app).simulate_request(method, "/health", headers=headers or {})


@every_method
def test_a_server_that_is_not_ready_says_so_whatever_the_method(method):
    answer = asked(method, is_lost=True)

    assert (answer.status_code, answer.headers["cache-control"]) == (503, "no-store")
    assert answer.headers["retry-after"] == "1"


@every_method
def test_a_server_that_is_ready_says_so_whatever_the_method(method):
    answer = asked(method, is_lost=False)

    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")


def test_the_canary_is_told_what_its_worker_can_do():
    assert asked("GET", is_lost=True, headers={CANARY_HEADER: "1"}).status_code == 200


def test_a_healthy_worker_says_so():
    answer = client().simulate_get("/health")

    assert (answer.status_code, answer.text) == (200, "imgsvc is running")


@every_method
@pytest.mark.parametrize("path", ["/health", "/ping"])
def test_health_may_have_a_second_path_and_is_kept_from_neither(path, method):
    answer = client(runtime={"health_check_path": "/ping"}).simulate_request(method, path)

    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")


def test_health_is_known_by_making_a_picture():
    assert make_picture().startswith(b"\xff\xd8")
