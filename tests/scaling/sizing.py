"""What workers bring and cost on this machine: the tables of docs/scaling.md.

unshare -n sh -c 'ip link set lo up; exec .venv/bin/python -m tests.scaling.sizing'
"""

import itertools
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.faults.clients import ask
from tests.faults.processes import children, cpu_seconds, eventually, peak, workers
from tests.images import encoded, gradient
from tests.serving.server import CHECKOUT, Server, free_port

WORKERS = (1, 2, 4, 8)
ORIGIN_SECONDS = {"fast source": 0.0, "200 ms": 0.2, "200 ms, two origins": 0.2}
ROUNDS = 3
SECONDS = 6
OPTIONS = "rs:fit:300:300"


@contextmanager
def origin(file: Path, seconds: float):
    """A source on all of loopback; its port."""
    port = free_port()
    command = [sys.executable, "-m", "tests.scaling.origin", "0.0.0.0", str(port), str(file), str(seconds)]
    running = subprocess.Popen(command, cwd=CHECKOUT)
    try:
        assert eventually(lambda: ask(port, "/").status == 200)
        yield port
    finally:
        running.kill()
        running.wait()


def server(count: int) -> Server:
    """The default settings, but for this."""
    settings = {"IMGSVC_WORKERS": str(count), "IMGSVC_ALLOW_LOOPBACK_SOURCE_ADDRESSES": "true"}
    return Server({**settings, "IMGSVC_OBSERVER_BIND": f"127.0.0.1:{free_port()}", "IMGSVC_LOG_LEVEL": "error"})


def tree(pid: int) -> list[int]:
    """A process and whatever came of it."""
    return [pid, *itertools.chain.from_iterable(tree(child) for child in children(pid))]


def proportional_megabytes(pids: list[int]) -> float:
    """Memory with each shared page counted once (PSS)."""
    total = 0
    for pid in pids:
        with suppress(OSError):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def busy(port: int, paths: itertools.count, url: str, clients: int, seconds: float) -> list[int]:
    """The statuses that so many clients got, each asking again when it is answered."""
    statuses: list[int] = []
    end = time.monotonic() + seconds

    def work() -> None:
        while time.monotonic() < end:
            statuses.append(ask(port, url.format(next(paths))).status)

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses


def measure(count: int, source: int, hosts: tuple[str, ...]) -> dict[str, float]:
    """One server, from its start."""
    numbers = itertools.count()
    with server(count) as own:
        assert eventually(lambda: len(workers(own)) == count)
        time.sleep(1)
        idle = proportional_megabytes(tree(own.process.pid))
        url = f"/_/{OPTIONS}/plain/http://HOST:{source}/{{}}.jpg"
        urls = [url.replace("HOST", host) for host in hosts]
        # Each origin's clients enough for all workers.
        loads = [threading.Thread(target=busy, args=(own.port, numbers, each, count, 1)) for each in urls]
        for each in loads:
            each.start()
        for each in loads:
            each.join()
        pids = tree(own.process.pid)
        before, found = sum(map(cpu_seconds, pids)), []

        def load(each: str) -> None:
            found.extend(busy(own.port, numbers, each, count + 1, SECONDS))

        loads = [threading.Thread(target=load, args=(each,)) for each in urls]
        for each in loads:
            each.start()
        most = 0.0
        while any(each.is_alive() for each in loads):
            most = max(most, proportional_megabytes(pids))
            time.sleep(0.3)
        answered = found.count(200)
        cpu = sum(map(cpu_seconds, pids)) - before
        return {
            "answers_s": answered / SECONDS,
            "refused": len(found) - answered,
            "cpu_ms": 1000 * cpu / max(1, answered),
            "idle_mb": idle,
            "busy_mb": most,
        }


def peaks(folder: Path) -> dict[str, float]:
    """The most that a worker of its own needed for one picture of 24 megapixels, and for none."""
    picture = gradient(6000, 4000, "RGB")
    found = {}
    for word in ("none", "jpg", "png", "webp"):
        file = folder / f"large.{word}"
        if word != "none":
            file.write_bytes(encoded(picture, word))
        with Server({"IMGSVC_LOCAL_FILESYSTEM_ROOT": str(folder)}) as own:
            if word != "none":
                assert own.get(f"/_/{OPTIONS}/plain/local:///{file.name}").status_code == 200
            found[word] = max(peak(pid) for pid in workers(own)) / 2**20
    return found


def main() -> None:
    """Rounds in which each case comes once: what else the machine does meets all alike."""
    rows = defaultdict(list)
    photo = CHECKOUT / "samples" / "meadow.jpg"
    for _, (name, seconds), count in itertools.product(range(ROUNDS), ORIGIN_SECONDS.items(), WORKERS):
        hosts = ("127.0.0.1", "127.0.0.2") if "two" in name else ("127.0.0.1",)
        with origin(photo, seconds) as source:
            rows[name, count].append(measure(count, source, hosts))
    for (name, count), found in rows.items():
        medians = {key: round(statistics.median(each[key] for each in found), 1) for key in found[0]}
        sys.stdout.write(f"{name:20} {count} workers {medians}\n")
    with tempfile.TemporaryDirectory() as folder:
        megabytes = {word: round(value) for word, value in peaks(Path(folder)).items()}
        sys.stdout.write(f"most that a worker needed, megabytes: {megabytes}\n")


if __name__ == "__main__":
    main()
