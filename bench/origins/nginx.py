"""The origins of all source pictures, nginx for those at once, which balances peers as well; loopback alone."""

import os
import shutil
import socket
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from bench.origins.paced import AT_ONCE, Pace, arguments
from bench.processes import Command, Program
from imgsvc.bench.serving import free_port

_PLACES = ("/usr/sbin/nginx", str(Path(__file__).parents[2] / ".venv" / "bin" / "nginx"))

_PATIENCE_SECONDS = 10

_HEAD = """\
{user}worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    types {{ image/jpeg jpg; image/png png; image/webp webp; }}
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000;
    keepalive_timeout 75;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{server}}}
"""
_ORIGIN = """\
    server {{
        listen 127.0.0.1:{port} backlog=1024;
        root {root};
    }}
"""
_BALANCER = """\
    upstream peers {{
        least_conn;
        keepalive 32;
{upstreams}    }}
    server {{
        listen 127.0.0.1:{port} backlog=1024;
        location / {{
            proxy_pass http://peers;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_read_timeout 60s;
        }}
    }}
"""


class OriginError(Exception):
    """There is no nginx."""


def nginx() -> str:
    """The program; OriginError says how to get it."""
    found = shutil.which("nginx") or next((place for place in _PLACES if Path(place).exists()), None)
    if found is None:
        raise OriginError("nginx is not installed: apt-get install nginx-light")
    return found


@contextmanager
def origins(pictures: Path, logs: Path, paces: Iterable[Pace]) -> Iterator[Mapping[Pace, str]]:
    """One that answers at once and one for each other pace; their base URLs."""
    logs.mkdir(parents=True, exist_ok=True)
    ports = {pace: free_port() for pace in {AT_ONCE, *paces}}
    paced = {pace: port for pace, port in ports.items() if pace != AT_ONCE}
    with ExitStack() as stack:
        stack.enter_context(Program(origin(logs.parent / "origin", pictures, ports[AT_ONCE]), logs / "origin.log"))
        if paced:
            command = Command(arguments(pictures, paced), Path(__file__).parents[2])
            stack.enter_context(Program(command, logs / "paced_origin.log"))
        for port in ports.values():
            _await_listener(port)
        yield {pace: f"http://127.0.0.1:{port}" for pace, port in ports.items()}


def _await_listener(port: int) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.02)
    raise OriginError(f"the origin on port {port} does not come up")


def origin(folder: Path, root: Path, port: int) -> Command:
    """Serves the files of `root`."""
    return _nginx(folder, _ORIGIN.format(port=port, root=root))


def balancer(folder: Path, port: int, upstreams: Sequence[int]) -> Command:
    """Gives each request to the port of `upstreams` that has the fewest."""
    lines = "".join(f"        server 127.0.0.1:{each} max_fails=0;\n" for each in upstreams)
    return _nginx(folder, _BALANCER.format(port=port, upstreams=lines))


def _nginx(folder: Path, server: str) -> Command:
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "nginx.conf"
    # As root its workers would be somebody else, who may not read the pictures.
    user = "user root;\n" if os.geteuid() == 0 else ""
    config.write_text(_HEAD.format(folder=folder, server=server, user=user), "utf-8")
    return Command([nginx(), "-c", str(config), "-e", str(folder / "nginx.log")], folder)
