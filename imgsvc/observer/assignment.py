"""What the observer is told to do, in memory that it shares with the arbiter: what to watch, and with which settings.

The arbiter writes it anew at a reload; the observer that sees another one than it began with ends, and the next one
begins with that.
"""

import json
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields

from imgsvc.observer.settings import ObserverSettings
from imgsvc.runtime.settings import PrefixSettings, RuntimeSettings
from imgsvc.settings.env import variables
from imgsvc.telemetry.settings import LogSettings

_MOST_BYTES = 1 << 22
_END = b"\n"
_PAUSE_SECONDS = 0.01


# All that the observer reads; no secret is among them.
SECTIONS = (ObserverSettings, RuntimeSettings, PrefixSettings, LogSettings)
_READ = frozenset(name for section in SECTIONS for each in fields(section) for name in variables(each))


@dataclass(frozen=True, slots=True)
class Assignment:
    """`listener` is where workers accept, `supervisor` who wants to be told how the server is: a NOTIFY_SOCKET."""

    listener: str
    supervisor: str = ""
    # The settings that the server runs with, which need not be those that the env file has by now.
    settings: Mapping[str, str] = field(default_factory=dict)

    def environment(self, own: Mapping[str, str]) -> dict[str, str]:
        """The environment that settings are read from: the process's own with the server's settings in it."""
        return {name: value for name, value in own.items() if name not in _READ} | dict(self.settings)


def settings_in(environ: Mapping[str, str]) -> dict[str, str]:
    """What of an environment the observer reads."""
    return {name: value for name, value in environ.items() if name in _READ}


def write(descriptor: int, assignment: Assignment) -> None:
    """Put an assignment in place of the one before."""
    data = json.dumps(asdict(assignment)).encode()
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, data + _END, 0)


def read(descriptor: int) -> Assignment:
    """The assignment; read again while it is being written."""
    while not (data := os.pread(descriptor, _MOST_BYTES, 0)).endswith(_END):
        time.sleep(_PAUSE_SECONDS)
    return Assignment(**json.loads(data))
