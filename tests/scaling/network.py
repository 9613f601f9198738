"""Machines that are network namespaces on a bridge in another one; none has a link to the machine that tests run on."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

import pytest

from tests.serving.server import CHECKOUT
from tests.waiting import eventually

# As nginx/imgsvc-cache.conf names its machines: addresses of documentation, which nobody has.
ADDRESSES = {
    "front": "192.0.2.10",
    "host1": "192.0.2.11",
    "host2": "192.0.2.12",
    "host3": "192.0.2.13",
    "client": "192.0.2.20",
    "origin": "192.0.2.30",
}
HOSTS = tuple(name for name in ADDRESSES if name.startswith("host"))
_SWITCH = "switch"
_PREFIX = "imgsvc-test"


class Network:
    """A namespace for each machine; a context manager, which ends whatever runs in them."""

    def __init__(self) -> None:
        self._prefix = f"{_PREFIX}-{os.getpid()}"
        self._started: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        if not shutil.which("ip"):
            pytest.skip("there is no ip command (apt: iproute2)")
        _remove_those_left_behind()
        try:
            self._build()
        except subprocess.CalledProcessError as error:
            self._remove()
            if "ermission" in error.stderr or "not permitted" in error.stderr:
                pytest.skip(f"this user may not make network namespaces: {error.stderr.strip()}")
            raise AssertionError(error.stderr) from error
        return self

    def __exit__(self, *_error: object) -> None:
        self._remove()

    def run(self, machine: str, *command: str, log: str = "") -> subprocess.Popen[bytes]:
        """Start a command on a machine; what it says goes to the file `log`, if any."""
        with Path(log or os.devnull).open("ab") as said:
            started = subprocess.Popen(
                ["ip", "netns", "exec", self._name(machine), *command], cwd=CHECKOUT, stdout=said, stderr=said
            )
        self._started.append(started)
        return started

    def say(self, machine: str, *command: str, seconds: float = 60) -> str:
        """What a command on a machine prints."""
        return _ip("netns", "exec", self._name(machine), *command, seconds=seconds)

    def python(self, machine: str, module: str, *arguments: str, seconds: float = 60) -> str:
        """What a module of these tests prints on a machine."""
        return self.say(machine, sys.executable, "-m", f"tests.scaling.{module}", *arguments, seconds=seconds)

    def processes(self, machine: str) -> list[int]:
        """Whatever runs there."""
        return _processes(self._name(machine))

    def signal(self, machine: str, number: signal.Signals) -> None:
        """To every process there."""
        _signal(self.processes(machine), number)

    def unplug(self, machine: str) -> None:
        """Take its cable out: nothing is refused, and nothing arrives."""
        _ip("-n", self._name(_SWITCH), "link", "set", machine, "down")

    def plug_in(self, machine: str) -> None:
        """Put it back."""
        _ip("-n", self._name(_SWITCH), "link", "set", machine, "up")

    def _name(self, machine: str) -> str:
        return f"{self._prefix}-{machine}"

    def _build(self) -> None:
        switch = self._name(_SWITCH)
        _ip("netns", "add", switch)
        _ip("-n", switch, "link", "add", "bridge", "type", "bridge")
        _ip("-n", switch, "link", "set", "bridge", "up")
        for machine, address in ADDRESSES.items():
            name = self._name(machine)
            _ip("netns", "add", name)
            # Made in the one and moved to the other by one command: it is never anywhere else.
            _ip("-n", switch, "link", "add", machine, "type", "veth", "peer", "name", "eth0", "netns", name)
            _ip("-n", switch, "link", "set", machine, "master", "bridge", "up")
            _ip("-n", name, "link", "set", "lo", "up")
            _ip("-n", name, "address", "add", f"{address}/24", "dev", "eth0")
            _ip("-n", name, "link", "set", "eth0", "up")

    def _remove(self) -> None:
        for machine in (*ADDRESSES, _SWITCH):
            _delete(self._name(machine))
        for each in self._started:
            each.wait(10)


def _ip(*arguments: str, seconds: float = 60) -> str:
    return subprocess.run(
        ["ip", *arguments], cwd=CHECKOUT, capture_output=True, text=True, check=True, timeout=seconds
    ).stdout


def _processes(namespace: str) -> list[int]:
    with suppress(subprocess.CalledProcessError):
        return [int(pid) for pid in _ip("netns", "pids", namespace).split()]
    return []


def _signal(pids: Sequence[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _delete(namespace: str) -> None:
    def is_empty() -> bool:
        left = _processes(namespace)
        _signal(left, signal.SIGKILL)
        return not left

    eventually(is_empty)
    with suppress(subprocess.CalledProcessError):
        _ip("netns", "delete", namespace)


def _remove_those_left_behind() -> None:
    """By a test run that was killed: the name has its process id."""
    with suppress(subprocess.CalledProcessError):
        for name in re.findall(rf"(?m)^({_PREFIX}-\d+-\w+)", _ip("netns", "list")):
            if not Path(f"/proc/{name.split('-')[2]}").exists():
                _delete(name)
