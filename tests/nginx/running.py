"""The real nginx with our files, and instances behind it that are the test itself."""

import os
import re
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

import pytest

from tests.misbehaving import is_canary
from tests.ports import free_port
from tests.serving.server import everything
from tests.waiting import eventually

FILES = Path(__file__).parents[2] / "nginx"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin") or ""
needs_nginx = pytest.mark.skipif(not NGINX, reason="nginx is not installed (apt: nginx-light)")
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Instance:
    """A server that records what it is sent; `serve` does what the test wants with each connection."""

    def __init__(self, serve: Callable[[socket.socket, bytes], None] | None = None, port: int = 0) -> None:
        self.listener = socket.create_server(("127.0.0.1", port), backlog=256)
        self.port = self.listener.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
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
            if is_canary(head):
                return
            self.seen.append(head)
            self._serve(client, head)

    def stop(self) -> None:
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def paths(self) -> list[str]:
        return [head.split(b" ")[1].decode("latin-1") for head in self.seen]


class Nginx:
    """nginx with our files, in a folder of its own; `changes` are made to the first one. A context manager."""

    def __init__(
        self, folder: Path, file: str, changes: Mapping[str, str], *, beside: str = "", files: Path = FILES
    ) -> None:
        self.folder, self.port, self._from = folder, 0, files
        self._files = {file: changes} | ({beside: {}} if beside else {})
        temporary = "".join(f"{each}_temp_path {folder}/{each};" for each in TEMPORARY)
        user = "user root;" if os.getuid() == 0 else ""
        (folder / "nginx.conf").write_text(
            f"{user} worker_processes 1; pid {folder}/pid; error_log {folder}/error.log; daemon off;"
            f"events {{}} http {{ access_log off; {temporary} include {folder}/imgsvc*.conf; }}"
        )

    def _choose_ports(self) -> None:
        ports = {file: free_port() for file in self._files}
        self.port = next(iter(ports.values()))
        for file, changes in self._files.items():
            self._write(file, {"listen 80;": f"listen 127.0.0.1:{ports[file]};", **changes})
            self._move_listeners(file, ports.values())

    def _write(self, file: str, changes: Mapping[str, str]) -> None:
        text = (self._from / file).read_text("utf-8")
        for old, new in changes.items():
            assert old in text, f"{old!r} is not in {file}"
            text = text.replace(old, new)
        # The guard of tests/conftest.py sees no other process: no example's address may be left in the file.
        foreign = re.findall(r"(?m)^ *server (?!127\.0\.0\.1:|unix:)([^{\s]+)", text)
        assert not foreign, f"nginx would ask {foreign}"
        (self.folder / file).write_text(text, "utf-8")

    def _move_listeners(self, file: str, chosen: Iterable[int]) -> None:
        """Give what else listens a free port too: other tests run beside this one."""
        text = (self.folder / file).read_text("utf-8")
        fixed = set(re.findall(r"(?m)^ *listen 127\.0\.0\.1:(\d+)", text)) - set(map(str, chosen))
        for port in fixed:
            text = text.replace(f"127.0.0.1:{port};", f"127.0.0.1:{free_port()};")
        (self.folder / file).write_text(text, "utf-8")

    def __enter__(self) -> Self:
        command = [NGINX, "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]
        for _ in range(3):
            self._choose_ports()
            self.process = subprocess.Popen([*command, "-e", str(self.folder / "error.log")])
            # Somebody else may have taken a port by now.
            if eventually(lambda: self.process.poll() is not None or self._is_there()) and self.process.poll() is None:
                return self
            self.process.kill()
            self.process.wait()
        raise AssertionError((self.folder / "error.log").read_text())

    def __exit__(self, *_error: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)

    def _is_there(self) -> bool:
        # It writes its pid once it listens; before that it could be the other one who answers.
        if not (self.folder / "pid").exists():
            return False
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", self.port)) == 0


def asked(port: int, path: str, *headers: str) -> socket.socket:
    """A connection over which `path` was asked for."""
    client = socket.create_connection(("127.0.0.1", port), 30)
    lines = [f"GET {path} HTTP/1.1", "Host: images.example", "Connection: close", *headers, "", ""]
    client.sendall("\r\n".join(lines).encode("latin-1"))
    return client


def got(port: int, path: str, *headers: str) -> bytes:
    """The whole answer."""
    with asked(port, path, *headers) as client:
        return everything(client)


def status(answer: bytes) -> int:
    """The answer's status; 0 for none."""
    return int(answer.split(b" ", 2)[1]) if answer else 0
