import socket
import threading

import pytest

from imgsvc.observer.canary import Canary, dial
from tests.observer.observed import eventually


def answering(listener: socket.socket, answer: bytes) -> threading.Thread:
    def serve() -> None:
        client, _ = listener.accept()
        with client:
            client.recv(4096)
            client.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    return thread


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ""),
        (b"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", "it was answered with 503"),
    ],
)
def test_only_200_is_a_canary_that_came_back(answer, fault):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = answering(listener, answer)
        canary = Canary(f"127.0.0.1:{listener.getsockname()[1]}", "/health")
        canary.start()
        server.join()

        assert eventually(lambda: canary.seconds > 0 if not fault else canary.fault == fault)


def test_a_unix_socket_can_be_dialed(tmp_path):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        listener.listen()

        dial(f"unix:{tmp_path / 's'}", 5).close()


def test_a_listener_on_all_addresses_is_on_loopback_too():
    with socket.create_server(("0.0.0.0", 0)) as listener:
        dial(f"0.0.0.0:{listener.getsockname()[1]}", 5).close()
