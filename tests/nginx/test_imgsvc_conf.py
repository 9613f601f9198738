"""nginx/imgsvc.conf under a real nginx, before instances that are this test."""

import os
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.observer.observed import eventually, is_there
from tests.serving.server import everything, free_port

CONFIGURATION = Path(__file__).parents[2] / "nginx" / "imgsvc.conf"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin") or ""
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not NGINX, reason="nginx is not installed (apt: nginx-light)")]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


class Instance:
    """A server that records what it is sent; `serve` does what the test wants with each connection."""

    def __init__(self, serve: Callable[[socket.socket, bytes], None] | None = None) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.seen: list[bytes] = []
        self._serve = serve or (lambda client, _: client.sendall(OK))
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                threading.Thread(target=self._answer, args=(client,), daemon=True).start()

    def _answer(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            head = client.recv(65_536)
            self.seen.append(head)
            self._serve(client, head)

    def stop(self) -> None:
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def paths(self) -> list[str]:
        return [head.split(b" ")[1].decode("latin-1") for head in self.seen]


@pytest.fixture
def start(tmp_path) -> Iterator[Callable[..., int]]:
    """Starts nginx before these instances; gives its port."""
    running: list[subprocess.Popen[bytes]] = []

    def go(*instances: Instance, read_timeout: str = "15s") -> int:
        port = free_port()
        text = CONFIGURATION.read_text("utf-8").replace("listen 80;", f"listen 127.0.0.1:{port};")
        text = text.replace("proxy_read_timeout 15s;", f"proxy_read_timeout {read_timeout};")
        for own, instance in zip((8080, 8082), instances, strict=True):
            text = text.replace(f"server 127.0.0.1:{own} ", f"server 127.0.0.1:{instance.port} ")
        (tmp_path / "imgsvc.conf").write_text(text)
        temporary = "".join(
            f"{each}_temp_path {tmp_path}/{each};" for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;" if os.getuid() == 0 else ""
        (tmp_path / "nginx.conf").write_text(
            f"{user} worker_processes 1; pid {tmp_path}/pid; error_log {tmp_path}/error.log; daemon off;"
            f"events {{}} http {{ access_log off; {temporary} include {tmp_path}/imgsvc.conf; }}"
        )
        command = [NGINX, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"), "-e", str(tmp_path / "error.log")]
        running.append(subprocess.Popen(command))
        assert eventually(lambda: is_there(port)), (tmp_path / "error.log").read_text()
        return port

    yield go
    for process in running:
        process.terminate()
        process.wait(20)


def got(port: int, path: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 20) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: images.example\r\nConnection: close\r\n\r\n".encode())
        return everything(client)


@pytest.mark.parametrize(
    "path",
    [
        "/sig/plain/https://a.example//b/c.jpg@webp",
        "/sig/plain/https:%2F%2Fa.example%2Fb%20c.jpg%40x@png",
        "/sig/plain/local:///a/../b/./c.jpg?x=%3F&y=%25",
        f"/sig/{'b64/' * 1900}x.jpg",
    ],
    ids=["slashes", "escapes", "dots", "long"],
)
def test_a_target_passes_byte_for_byte(start, path):
    one, two = Instance(), Instance()

    assert b"200 OK" in got(start(one, two), path)
    assert one.paths() + two.paths() == [path]


def test_an_instance_is_told_when_the_request_came(start):
    one, two = Instance(), Instance()
    got(start(one, two), "/")

    assert re.search(rb"(?m)^X-Request-Start: t=\d+\.\d{3}\r$", (one.seen + two.seen)[0])


def test_an_instance_that_dies_costs_no_client_an_error(start):
    path = "/sig/plain/https:%2F%2Fa.example//b%20c.jpg@webp"
    one, two = Instance(), Instance()
    port = start(one, two)
    before = [got(port, "/") for _ in range(4)]
    one.stop()
    after = [got(port, path) for _ in range(6)]

    assert all(b"200 OK" in answer for answer in before + after)
    assert two.paths().count(path) == 6


def test_a_client_that_leaves_is_passed_on(start):
    left = threading.Event()

    def wait(client: socket.socket, _head: bytes) -> None:
        client.settimeout(20)
        if client.recv(1) == b"":
            left.set()

    one, two = Instance(wait), Instance(wait)
    with socket.create_connection(("127.0.0.1", start(one, two)), 20) as client:
        client.sendall(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
        assert eventually(lambda: one.seen or two.seen)

    assert left.wait(20)


def test_a_client_that_takes_nothing_frees_the_instance_at_once(start):
    done = threading.Event()
    body = bytes(8_000_000)

    def send(client: socket.socket, _head: bytes) -> None:
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body)
        done.set()

    with socket.socket() as lazy:
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lazy.connect(("127.0.0.1", start(Instance(send), Instance(send))))
        lazy.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")

        assert done.wait(20)


def test_a_picture_that_ends_a_worker_is_tried_once_and_nobody_is_thrown_out(start):
    def die(client: socket.socket, head: bytes) -> None:
        if b"poison" not in head:
            client.sendall(OK)

    one, two = Instance(die), Instance(die)
    port = start(one, two)
    poisoned = got(port, "/poison")
    time.sleep(0.2)
    others = [got(port, "/") for _ in range(6)]

    assert b" 502 " in poisoned.partition(b"\r\n")[0]
    assert (one.paths() + two.paths()).count("/poison") == 1
    assert all(b"200 OK" in answer for answer in others)


def test_where_no_instance_is_there_clients_are_told_to_come_again(start):
    one, two = Instance(), Instance()
    port = start(one, two)
    one.stop()
    two.stop()
    answer = got(port, "/")

    assert b" 503 " in answer.partition(b"\r\n")[0]
    assert b"Retry-After: 1" in answer


def test_an_instance_that_does_not_answer_in_time_is_not_asked_twice(start):
    def hang(client: socket.socket, _head: bytes) -> None:
        client.settimeout(20)
        client.recv(1)

    one, two = Instance(hang), Instance(hang)
    answer = got(start(one, two, read_timeout="1s"), "/hang")

    assert b" 504 " in answer.partition(b"\r\n")[0]
    assert len(one.seen + two.seen) == 1
