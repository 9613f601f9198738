"""How the main listener is asked."""

import socket
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingUnixStreamServer

import pytest

from imgsvc.playground.upstream import GoneError, UnreachableError, Upstream
from tests.playground.stub import PICTURE, Main, running
from tests.ports import free_port


def test_who_has_hung_up_is_not_served_on():
    here, there = socket.socketpair()
    there.close()
    with running(Main()) as main, here, pytest.raises(GoneError):
        Upstream(main.listener).ask("/hang", "", here)


def test_who_has_sent_more_meanwhile_is_still_there():
    here, there = socket.socketpair()
    with running(Main()) as main, here, there:
        there.sendall(b"POST")

        with Upstream(main.listener).ask("/x", "", here) as answer:
            assert answer.read() == PICTURE


@pytest.mark.parametrize("listener", ["0.0.0.0:{}", "127.0.0.1:{}"])
def test_what_listens_everywhere_does_so_here(listener):
    here, there = socket.socketpair()
    with running(Main()) as main, here, there:
        upstream = Upstream(listener.format(main.server_address[1]))

        with upstream.ask("/x", "image/avif", here) as answer:
            assert answer.status == 200
    assert main.asked[0][1]["accept"] == "image/avif"


def test_a_unix_socket_is_asked_as_well(tmp_path):
    class Unix(ThreadingUnixStreamServer):
        asked, daemon_threads = [], True

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(204)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    here, there = socket.socketpair()
    with running(Unix(str(tmp_path / "s"), Answering)), here, there:
        answer = Upstream(f"unix:{tmp_path}/s").ask("/x", "", here)

    assert answer.status == 204
    answer.close()


def test_one_that_is_not_there_is_said_not_to_answer():
    here, there = socket.socketpair()
    with here, there, pytest.raises(UnreachableError, match="does not answer"):
        Upstream(f"127.0.0.1:{free_port()}").ask("/x", "", here)
