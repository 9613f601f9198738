"""SIGHUP to a server as an operator runs it: what changes, what is said of it, and what cannot end it."""

import json
import signal
import socket

import pytest

from tests.images import encoded, quadrants
from tests.misbehaving import Origin, closes_at_once, in_turn, not_found, says
from tests.ports import free_port
from tests.serving.server import PATIENCE_SECONDS, Server
from tests.waiting import eventually

pytestmark = pytest.mark.slow

MARK = says(encoded(quadrants(), "png"), Content_Type="image/png")
LOOPBACK = {"IMGSVC_ALLOW_LOOPBACK_SOURCE_ADDRESSES": "true"}


class Reloaded(Server):
    """A server whose settings are in an env file, by their names without a prefix."""

    def __init__(self, file, application="imgsvc.app:application", **settings):
        self._file = file
        self.write(**settings)
        super().__init__(
            {"IMGSVC_ENV_LOCAL_FILE_PATH": str(file), "IMGSVC_OBSERVER_BIND": f"127.0.0.1:{free_port()}", **LOOPBACK},
            application=application,
        )

    def write(self, **settings):
        self._file.write_text("".join(f"IMGSVC_{name}={value}\n" for name, value in settings.items()))

    def reload(self, **settings):
        """Write these settings, and send the signal."""
        self.write(**settings)
        self.process.send_signal(signal.SIGHUP)

    def observed(self, path, port=None):
        """The status that the observer answers with; 0 if nobody listens."""
        address = self.settings["IMGSVC_OBSERVER_BIND"].rpartition(":")
        try:
            with socket.create_connection((address[0], port or int(address[2])), PATIENCE_SECONDS) as client:
                client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                return int(client.recv(12).split()[1])
        except OSError:
            return 0


def listens(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def file(tmp_path):
    return tmp_path / "env"


def test_what_has_changed_is_said_in_one_line_each_and_taken_over(file):
    with Reloaded(file, TTL="5") as server:
        server.reload(TTL="6", QUALITY="70", SECRET="hush")
        assert server.await_log("taken over", times=3)
        log = server.log()

    assert "TTL was '5', is '6': taken over" in log
    assert "SECRET has changed" in log
    assert "hush" not in log


def test_a_reload_that_is_refused_changes_nothing_at_all(file):
    with Reloaded(file, WORKERS="1") as server:
        server.reload(TTL="soon", TIMEOUT="3", LOG_FORMAT="json")
        assert server.await_log("nothing has changed")
        log = server.log()

    assert log.count("Booting worker") == 1
    assert '{"' not in log


def test_a_new_address_is_listened_on_and_observed_and_the_old_one_is_closed(file):
    new = free_port()
    with Reloaded(file) as server:
        old = server.port
        server.reload(BIND=f"127.0.0.1:{new}", OBSERVER_BIND=server.settings["IMGSVC_OBSERVER_BIND"])
        assert eventually(lambda: listens(new) and not listens(old), PATIENCE_SECONDS)
        server.port = new

        assert eventually(lambda: server.observed("/ready") == 200, PATIENCE_SECONDS)
        assert "nobody listens" not in server.log()
        assert server.get("/health").status_code == 200
        assert server.await_log(f"is '127.0.0.1:{new}': taken over")


def test_the_observer_follows_its_own_address_too(file):
    new = free_port()
    with Reloaded(file) as server:
        old = int(server.settings["IMGSVC_OBSERVER_BIND"].rpartition(":")[2])
        server.reload(PROMETHEUS_BIND=f"127.0.0.1:{new}")

        assert eventually(lambda: server.observed("/metrics", new) == 200 and not listens(old), PATIENCE_SECONDS)
        assert server.await_log("PROMETHEUS_BIND was '', is")


def test_an_observer_is_not_taken_away_by_a_reload_and_that_is_said(file):
    with Reloaded(file) as server:
        assert eventually(lambda: server.observed("/health") == 200, PATIENCE_SECONDS)
        server.reload(OBSERVER_BIND="")

        assert server.await_log("to take the observer away needs a restart")
        assert eventually(lambda: server.observed("/ready") == 200, PATIENCE_SECONDS)


def test_a_unix_socket_may_be_changed_for_a_port_and_back(file, tmp_path):
    path, port = tmp_path / "socket", free_port()
    with Reloaded(file) as server:
        server.reload(BIND=f"unix:{path}")
        assert eventually(path.is_socket, PATIENCE_SECONDS)
        assert eventually(lambda: server.observed("/ready") == 200, PATIENCE_SECONDS)
        server.reload(BIND=f"127.0.0.1:{port}")

        assert eventually(lambda: listens(port) and not path.exists(), PATIENCE_SECONDS)


def test_an_address_that_is_taken_is_refused_and_the_old_one_served_on(file):
    with socket.create_server(("127.0.0.1", 0)) as taken, Reloaded(file) as server:
        server.reload(BIND=f"127.0.0.1:{taken.getsockname()[1]}")
        assert server.await_log("nothing has changed")

        assert server.get("/health").status_code == 200
        assert "cannot be listened on" in server.log()


@pytest.mark.parametrize("setting", ["WATERMARK_URL", "FALLBACK_IMAGE_URL"])
def test_an_origin_that_is_away_for_a_moment_costs_a_reload_and_nothing_more(file, setting):
    with Origin({"*": in_turn(MARK, closes_at_once, MARK)}) as origin:
        settings = {setting: origin.url()}
        with Reloaded(file, **settings) as server:
            server.reload(**settings)
            assert server.await_log("nothing has changed")
            server.reload(**settings)

            assert server.await_log("Reload: no setting has changed")
            assert server.get("/health").status_code == 200


def test_a_watermark_that_is_refused_once_is_waited_for(file):
    with (
        Origin({"*": in_turn(closes_at_once, closes_at_once, MARK)}) as origin,
        Reloaded(file, WATERMARK_URL=origin.url()),
    ):
        assert len(origin.targets) > 1


def test_a_server_starts_without_its_fallback_image_and_has_it_when_it_is_there(file):
    late = in_turn(closes_at_once, MARK)
    with Origin({"*": late}) as origin, Reloaded(file, FALLBACK_IMAGE_URL=origin.url()) as server:
        answer = server.get(f"/_/plain/http://127.0.0.1:{free_port()}/a.png@png")

        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
        assert "Without a fallback image" in server.log()


@pytest.mark.parametrize(("answer", "code"), [(closes_at_once, 75), (not_found, 78), (says(b"text"), 78)])
def test_only_what_cannot_pass_ends_the_start_for_good(file, answer, code, monkeypatch):
    monkeypatch.setenv("IMGSVC_LOG_FORMAT", "json")
    with Origin({"*": answer}) as origin:
        server = Reloaded(file, WATERMARK_URL=origin.url())
        server._awaits_health = False
        with server:
            assert server.process.wait(2 * PATIENCE_SECONDS) == code
            assert [line for line in server.log().splitlines() if not json.loads(line)] == []
