"""A real nginx in front of a server, on loopback and in a folder of its own."""

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults.clients import ask
from tests.ports import free_port
from tests.waiting import eventually

NGINX = shutil.which("nginx") or next((path for path in ("/usr/sbin/nginx",) if Path(path).exists()), "")
needs_nginx = pytest.mark.skipif(not NGINX, reason="nginx is not installed")

_CONFIGURATION = """
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    client_header_timeout 2s;
    client_body_timeout 2s;
    send_timeout 5s;
    upstream imgsvc {{ {upstreams} }}
    server {{
        listen 127.0.0.1:{port} backlog=4096{http2};
        location / {{
            proxy_pass http://imgsvc;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header X-Request-Start "t=${{msec}}";
            proxy_buffering {buffering};
            proxy_buffers 8 1m;
            proxy_buffer_size 64k;
            proxy_busy_buffers_size 2m;
            proxy_next_upstream {next};
            proxy_read_timeout 30s;
        }}
    }}
}}
"""


class Nginx:
    """nginx before the servers on `ports`; a context manager."""

    def __init__(self, folder: Path, *ports: int, buffering: bool = True, http2: bool = False) -> None:
        self.folder, self.ports = folder, ports
        self.port = free_port()
        self._buffering, self._http2 = buffering, http2

    def __enter__(self) -> "Nginx":
        self.write()
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(10)
        self.process.kill()
        self.process.wait()

    def write(self, *ports: int) -> None:
        """Write its configuration, for other servers where `ports` are given."""
        self.ports = ports or self.ports
        text = _CONFIGURATION.format(
            user="user root;" if os.getuid() == 0 else "",
            folder=self.folder,
            port=self.port,
            upstreams=" ".join(f"server 127.0.0.1:{port} max_fails=0;" for port in self.ports),
            buffering="on" if self._buffering else "off",
            http2=" http2" if self._http2 else "",
            next="error timeout",
        )
        (self.folder / "nginx.conf").write_text(text)

    def start(self) -> None:
        self.process = subprocess.Popen(
            [NGINX, "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"), "-g", "daemon off;"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if not self._http2:
            assert eventually(lambda: ask(self.port, "/health").status == 200), self.log()

    def log(self) -> str:
        with suppress(OSError):
            return (self.folder / "error.log").read_text()
        return ""

    def reload(self) -> None:
        self.process.send_signal(signal.SIGHUP)

    def kill(self) -> None:
        """All of it, at once and without a good-bye."""
        with suppress(ProcessLookupError):
            for pid in _family(self.process.pid):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()


def _family(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *map(int, found)]
