"""nginx as the origin of all source pictures, and before peers that need a balancer; loopback alone."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from bench.processes import Command

_PLACES = ("/usr/sbin/nginx", str(Path(__file__).parents[1] / ".venv" / "bin" / "nginx"))

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
