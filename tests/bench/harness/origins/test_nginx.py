import time
from contextlib import suppress

import pytest
import requests

from bench.origins.nginx import balancer, origin, origins
from bench.origins.paced import AT_ONCE, Pace
from bench.processes import Program
from bench.servers.answers import ask
from tests.nginx.running import needs_nginx
from tests.ports import free_port

pytestmark = needs_nginx


@pytest.mark.slow
def test_the_origin_serves_the_pictures(tmp_path):
    (tmp_path / "j1.jpg").write_bytes(b"picture")
    port = free_port()

    with Program(origin(tmp_path / "nginx", tmp_path, port), tmp_path / "log"):
        answer = first_answer(f"http://127.0.0.1:{port}")

    assert (answer.content, answer.headers["content-type"]) == (b"picture", "image/jpeg")


def first_answer(base: str) -> requests.Response:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with suppress(requests.ConnectionError):
            return ask(base, "/j1.jpg")
        time.sleep(0.02)
    raise AssertionError("nginx did not come up")


def test_a_peer_that_is_not_up_yet_is_asked_again_at_once(tmp_path):
    balancer(tmp_path, 8099, [8101, 8102])

    assert (tmp_path / "nginx.conf").read_text().count("max_fails=0;") == 2


@pytest.mark.slow
def test_origins_listen_at_every_pace_when_they_are_there(tmp_path):
    (tmp_path / "a.jpg").write_bytes(b"picture")

    with origins(tmp_path, tmp_path / "logs", [Pace(0.05)]) as places:
        found = [ask(base, "/a.jpg").content for base in places.values()]

    assert found == [b"picture"] * 2
    assert set(places) == {AT_ONCE, Pace(0.05)}
