import pytest

from imgsvc.web.health import make_picture
from tests.web.fakes import client


def test_a_healthy_worker_says_so():
    answer = client().simulate_get("/health")

    assert (answer.status_code, answer.text) == (200, "imgsvc is running")


def test_health_is_not_kept():
    assert client().simulate_get("/health").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/health", "/ping"])
def test_health_may_have_a_second_path(path):
    assert client(runtime={"health_check_path": "/ping"}).simulate_get(path).status_code == 200


def test_health_is_known_by_making_a_picture():
    assert make_picture().startswith(b"\xff\xd8")
