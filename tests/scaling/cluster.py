"""Three machines of two instances each behind their nginx, a cache before them, and a source: all with our files."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

from tests.faults.processes import children, command
from tests.images import encoded, noise
from tests.nginx.running import FILES, NGINX, TEMPORARY
from tests.scaling.load import Answer
from tests.scaling.network import ADDRESSES, HOSTS, Network
from tests.waiting import eventually

# As in nginx/imgsvc.conf, whose machines these are.
PORTS = (8080, 8082)
PATH = "/_/rs:fit:200:200/plain/http://192.0.2.30/{}.jpg"
# A picture has its machine's number in its lifetime.
_LIFETIME = 100_000
RATE = 30
# Of each instance; with two of them it is the 8 that nginx/imgsvc-cache.conf reckons with.
WORKERS = 4


class Load:
    """Clients of the cache, who come while the test does something else."""

    def __init__(self, network: Network, seconds: float, path: str) -> None:
        self._answers: list[Answer] = []
        arguments = (ADDRESSES["front"], path, str(RATE), str(seconds))

        def go() -> None:
            # A test that fails ends its machines, and what runs on them.
            said = "[]"
            with suppress(subprocess.CalledProcessError):
                said = network.python("client", "load", *arguments, seconds=seconds + 60)
            self._answers = sorted((Answer(**each) for each in json.loads(said)), key=lambda each: each.began)

        self._thread = threading.Thread(target=go, daemon=True)
        self._thread.start()

    def answers(self) -> list[Answer]:
        """All of them, once the last client is done."""
        self._thread.join()
        assert self._answers, "the load did not run"
        return self._answers


class Cluster:
    """All of it; a context manager. `origin_seconds` is how long the source takes for a picture."""

    def __init__(self, network: Network, folder: Path, *, origin_seconds: float = 0) -> None:
        self.network, self.folder, self._origin_seconds = network, folder, origin_seconds
        self._own_cache = {"/var/cache/nginx/imgsvc": f"{folder}/cache"}

    def __enter__(self) -> Self:
        picture = self.folder / "photo.jpg"
        picture.write_bytes(encoded(noise(400, 300), "jpg"))
        arguments = (ADDRESSES["origin"], "80", str(picture), str(self._origin_seconds))
        self.network.run("origin", sys.executable, "-m", "tests.scaling.origin", *arguments)
        for host in HOSTS:
            self.start(host)
        self._write("front", "imgsvc-cache.conf", self._own_cache)
        self._front = self._nginx("front")
        for host in HOSTS:
            self.await_host(host)
        self._await("client", ADDRESSES["front"], "/health")
        return self

    def __exit__(self, *_error: object) -> None:
        for machine in ADDRESSES:
            self.network.signal(machine, signal.SIGKILL)

    def start(self, host: str) -> None:
        """Everything that a machine runs."""
        # The cache is who is believed.
        self._write(host, "imgsvc.conf", {"# 192.0.2.0/24 1;": f"{ADDRESSES['front']} 1;"})
        self._nginx(host)
        gunicorn = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "imgsvc.app:application"]
        for port in PORTS:
            settings = {
                "IMGSVC_WORKERS": str(WORKERS),
                "IMGSVC_TTL": str(_LIFETIME + HOSTS.index(host)),
                "IMGSVC_OBSERVER_BIND": f"127.0.0.1:1{port}",
            }
            own = [f"{name}={value}" for name, value in settings.items()]
            activation = [sys.executable, "-m", "tests.scaling.activation", "127.0.0.1", str(port)]
            self.network.run(host, "env", *own, *activation, *gunicorn, log=str(self.folder / f"{host}-{port}.log"))

    def await_host(self, host: str) -> None:
        """Until each of its instances makes pictures."""
        for port in PORTS:
            self._await(host, f"127.0.0.1:{port}", "/health")
        self._await(host, "127.0.0.1", "/health")

    def load(self, seconds: float, path: str = PATH) -> Load:
        """Clients, from now on; {} in the path is each one's number."""
        return Load(self.network, seconds, path)

    def keeper(self, host: str, port: int) -> int:
        """Who keeps an instance's socket, as systemd does, and whose child the instance is."""
        command_line = f"activation 127.0.0.1 {port} "
        (found,) = [pid for pid in self.network.processes(host) if command_line in command(pid)]
        return found

    def upgrade(self, host: str) -> None:
        """`systemctl restart imgsvc@8080`, and when that one serves, `imgsvc@8082`: the sockets stay."""
        for port in PORTS:
            keeper = self.keeper(host, port)
            old = children(keeper)
            for pid in old:
                os.kill(pid, signal.SIGTERM)
            assert eventually(lambda keeper=keeper, old=old: set(children(keeper)) - set(old), 40)
            self._await(host, f"127.0.0.1:{port}", "/health")

    def stop_an_instance(self, host: str) -> None:
        """SIGSTOP for the first one's arbiter, workers and observer."""
        (arbiter,) = children(self.keeper(host, PORTS[0]))
        for pid in (arbiter, *children(arbiter)):
            os.kill(pid, signal.SIGSTOP)

    def drain(self, host: str) -> None:
        """Send it nothing new, and wait until it has answered what it has."""
        line = f"server {ADDRESSES[host]}:80 "
        self._write("front", "imgsvc-cache.conf", {**self._own_cache, line: f"{line}down "})
        self._reload_front()
        assert eventually(lambda: not self._connections(host), 40)

    def undrain(self) -> None:
        """Send all of them requests again."""
        self._write("front", "imgsvc-cache.conf", self._own_cache)
        self._reload_front()

    def _connections(self, host: str) -> str:
        return self.network.say(host, "ss", "-Htn", "state", "established", "sport", "=", ":80")

    def _reload_front(self) -> None:
        before = set(children(self._front.pid))
        self._front.send_signal(signal.SIGHUP)
        assert eventually(lambda: set(children(self._front.pid)) - before)

    def _write(self, machine: str, file: str, changes: Mapping[str, str]) -> None:
        folder = self.folder / machine
        folder.mkdir(exist_ok=True)
        text = (FILES / file).read_text("utf-8")
        for old, new in changes.items():
            assert old in text, f"{old!r} is not in {file}"
            text = text.replace(old, new)
        (folder / file).write_text(text, "utf-8")
        temporary = "".join(f"{each}_temp_path {folder}/{each};" for each in TEMPORARY)
        (folder / "nginx.conf").write_text(
            f"user root; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log; daemon off;"
            f"events {{}} http {{ access_log off; {temporary} include {folder}/imgsvc*.conf; }}"
        )

    def _nginx(self, machine: str) -> subprocess.Popen[bytes]:
        folder = self.folder / machine
        return self.network.run(
            machine, NGINX, "-p", str(folder), "-c", f"{folder}/nginx.conf", "-e", f"{folder}/error.log"
        )

    def _await(self, machine: str, address: str, path: str) -> None:
        assert eventually(lambda: self.network.python(machine, "load", address, path) == "200\n", 60), self._logs()

    def _logs(self) -> str:
        return "\n".join(f"{path.name}: {path.read_text()[-2000:]}" for path in self.folder.rglob("*.log"))


def host_of(answer: Answer) -> str:
    """Which machine made a picture; "" for none."""
    number = answer.lifetime - _LIFETIME
    return HOSTS[number] if 0 <= number < len(HOSTS) else ""
