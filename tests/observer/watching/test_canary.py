import contextlib
import socket
import threading

import pytest

from imgsvc.observer.watching.canary import Canary, dial, fault_of
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


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", ""),
        (b"HTTP/1.1 200 OK\r\n\r\nto the end", ""),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\nok", "its answer broke off"),
        (b"", "it was answered with something that is not HTTP"),
        (b"220 mail.example\r\n", "it was answered with something that is not HTTP"),
        (b"HTTP/1.1 504 No\r\n\r\n", "it was answered with 504"),
    ],
)
def test_it_is_said_what_is_wrong_with_an_answer(answer, fault):
    assert fault_of(answer) == fault


def test_an_answer_that_drips_has_one_deadline():
    is_over = threading.Event()

    def drip():
        client, _ = listener.accept()
        # Whoever has heard enough hangs up.
        with client, contextlib.suppress(OSError):
            while not is_over.wait(0.05):
                client.send(b"x")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip)
        thread.start()
        canary = Canary(f"127.0.0.1:{listener.getsockname()[1]}", "/health")
        canary.start()
        told = eventually(lambda: "timed out" in canary.fault)
        is_over.set()
        thread.join()

    assert told
