"""Rows F107 and F108: a catalogue is warmed, while whoever does it is killed; and with poison among its pictures."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Self

import pytest

from imgsvc.settings.environment import own_environment
from imgsvc.warming.manifest import read
from tests.faults.bounds import IS_FULL
from tests.faults.catalogue import POISON
from tests.faults.processes import children
from tests.images import encoded, noise
from tests.misbehaving import Origin, endless
from tests.ports import free_port
from tests.serving.server import CHECKOUT
from tests.waiting import eventually

KILLS = 10 if IS_FULL else 3
# Between two kills.
LINES = 40 if IS_FULL else 10
# Enough that there is something to make whenever somebody is killed.
KILLED_AMONG = 5 * KILLS * LINES
POISONED_AMONG = 2000 if IS_FULL else 60
SECONDS = 200.0
WORDS = ("jpg", "png", "webp", "gif")


@pytest.fixture
def shop(tmp_path) -> Path:
    """Where pictures are drawn."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    return folder


def drawn(folder: Path, count: int, side: int) -> set[str]:
    """The names of so many pictures of four formats, no two of a format alike but each two dozenth."""
    bodies = [encoded(noise(side, side * 3 // 4, seed=number), WORDS[number % 4]) for number in range(24)]
    names = [f"{number}.{WORDS[number % 24 % 4]}" for number in range(count)]
    for number, name in enumerate(names):
        (folder / name).write_bytes(bodies[number % 24])
    return set(names)


def settings(folder: Path, **more: str) -> dict[str, str]:
    named = {"local_filesystem_root": folder, "result_store": (folder.parent / "store").as_uri(), **more}
    return own_environment() | {f"IMGSVC_{name.upper()}": str(value) for name, value in named.items()}


def entries(folder: Path) -> dict[str, int]:
    """What stands in the store, each with what another file in its place would not have."""
    found = (path for path in (folder.parent / "store").rglob("*") if path.suffix == "" and path.is_file())
    return {str(path): path.stat().st_mtime_ns for path in found}


class Processes:
    """Whoever warms the folder, on this machine or as a cluster; a context manager. Who is killed is started again."""

    def __init__(self, folder: Path, *, is_cluster: bool) -> None:
        self._folder, self._scheduler = folder, f"tcp://127.0.0.1:{free_port()}" if is_cluster else ""
        self.manifest = folder.parent / "warm.jsonl"
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.kinds = ("driver", "worker", "scheduler") if is_cluster else ("driver", "worker")

    def __enter__(self) -> Self:
        for name in ("scheduler", "workers", "driver") if self._scheduler else ("driver",):
            self._start(name)
        return self

    def __exit__(self, *_error: object) -> None:
        for name in self._running:
            self._end(name)

    def lines(self) -> int:
        """How many units came to an end."""
        return self.manifest.read_bytes().count(b"\n") - 1 if self.manifest.exists() else 0

    def await_lines(self, count: int) -> None:
        """Until so many have, or all that is left."""
        assert eventually(lambda: self.lines() >= count or self._running["driver"].poll() is not None, SECONDS)

    def kill(self, kind: str, random: Random) -> None:
        """Kill one of them."""
        if kind == "worker":
            self._kill_worker(random)
            return
        for name in ("scheduler", "workers", "driver") if kind == "scheduler" else ("driver",):
            self._end(name)
            self._start(name)

    def end(self) -> str:
        """What the driver says at its end."""
        said, _ = self._running["driver"].communicate(timeout=SECONDS * 3)
        return said.decode()

    def _kill_worker(self, random: Random) -> None:
        # On a busy machine all may have been made before this process comes to it.
        assert eventually(lambda: self._workers() or self._running["driver"].poll() is not None)
        with suppress(ProcessLookupError, IndexError):
            os.kill(random.choice(self._workers()), signal.SIGKILL)

    def _workers(self) -> list[int]:
        """Those that there are just now: in the place of one that was ended comes another."""
        parent = self._running["workers" if self._scheduler else "driver"].pid
        return [worker for child in children(parent) for worker in (child, *children(child)) if _is_worker(worker)]

    def _end(self, name: str) -> None:
        for pid in (*children(self._running[name].pid), self._running[name].pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._running[name].communicate()

    def _start(self, name: str) -> None:
        host, _, port = self._scheduler.rpartition(":")
        options = ["--options", "rs:fit:60:40@webp", "--options", "rs:fill:20:20@png", "--manifest", str(self.manifest)]
        command = {
            "scheduler": ["distributed.cli.dask_scheduler", "--host", host.removeprefix("tcp://"), "--port", port],
            "workers": ["distributed.cli.dask_worker", self._scheduler, "--nworkers", "2", "--nthreads", "1"],
            "driver": ["imgsvc", "warm", "--from", str(self._folder), *options],
        }[name]
        if name == "driver" and self._scheduler:
            command += ["--scheduler", self._scheduler]
        self._running[name] = subprocess.Popen(
            [sys.executable, "-m", *command, *(["--no-dashboard"] if name != "driver" else [])],
            cwd=CHECKOUT,
            env=settings(self._folder),
            stdout=subprocess.PIPE if name == "driver" else subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
        )


def _is_worker(pid: int) -> bool:
    """Whether it makes pictures: it leads its group, so that Ctrl-C is not for it."""
    with suppress(ProcessLookupError):
        return os.getpgid(pid) == pid
    return False


@pytest.mark.parametrize("is_cluster", [False, True], ids=["this machine", "a cluster"])
def test_f107_who_is_killed_costs_no_picture_and_nothing_that_stands_is_made_again(shop, record, is_cluster):
    names, random, killed, stood = drawn(shop, KILLED_AMONG, 300), Random(107), Counter(), {}
    with Processes(shop, is_cluster=is_cluster) as processes:
        for number in range(1, KILLS + 1):
            processes.await_lines(number * LINES)
            kind = processes.kinds[number % len(processes.kinds)]
            killed[kind] += 1
            processes.kill(kind, random)
            stood |= {path: each for path, each in entries(shop).items() if path not in stood}
        said = processes.end()
    ends = {line["source"]: line["status"] for line in read(processes.manifest)}
    now = entries(shop)

    record(killed=killed, pictures=len(names), renditions=len(now), stood_before_the_last_kill=len(stood))
    assert ({name.rpartition("/")[2] for name in ends}, {*ends.values()}) == (names, {"made", "kept"}), said
    assert len(now) == 2 * len(names)
    assert {path: now[path] for path in stood} == stood


def test_f108_poison_fails_by_its_name_and_costs_no_other_picture(shop, record):
    names = drawn(shop, POISONED_AMONG, 120)
    with Origin({"*": endless}) as origin:
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.catalogue", shop, origin.url("")],
            cwd=CHECKOUT,
            env=settings(shop, allow_loopback_source_addresses="true", max_src_file_size=1 << 22),
            stdout=subprocess.PIPE,
            timeout=SECONDS * 10,
            check=True,
        )
    ends = {name: (status, error, says) for name, status, error, says in json.loads(done.stdout)}
    failed = {name: each for name, each in ends.items() if each[0] not in ("made", "kept")}

    record(
        pictures=len(names),
        made=len(ends) - len(failed),
        failed=[f"{name} ({each[1]})" for name, each in failed.items()],
    )
    assert {name: error for name, (_, error, _) in failed.items()} == POISON
    assert {*ends} == names | {*POISON}
    assert len(entries(shop)) == 2 * len(names)
