"""Every time limit that a request meets, from the outside in, and which of them have to fit into which.

An outer limit that is shorter than what it contains ends work that was about to succeed, and hides who was slow.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timeout:
    """One limit.

    `setting` is one of ours in capitals, or another program's where `seconds` gives the value that we ship or advise;
    `contains` names the limits that have to fit into it one after the other; `extra` is added to a setting of ours.
    """

    name: str
    owner: str
    setting: str
    ends: str
    contains: tuple[str, ...] = ()
    seconds: float = 0.0
    extra: float = 0.0


TIMEOUTS = (
    Timeout("client", "client", "its own", "the client gives up", ("nginx",), seconds=30),
    Timeout(
        *("nginx", "nginx", "proxy_read_timeout", "nginx answers 504 and closes, and the worker stops"),
        contains=("queue for a fetch", "whole request"),
        seconds=15,
    ),
    Timeout("nginx connect", "nginx", "proxy_connect_timeout", "nginx asks another instance", seconds=1),
    Timeout("queue for a fetch", "imgsvc", "QUEUE_TIMEOUT", "503 with Retry-After, and no work was done"),
    Timeout("header", "imgsvc", "READ_REQUEST_TIMEOUT", "408, and no worker was held"),
    Timeout("whole request", "imgsvc", "TIMEOUT", "503, between two steps", ("source",)),
    Timeout("source", "imgsvc", "DOWNLOAD_TIMEOUT", "504", ("source connect",)),
    Timeout(
        "source connect",
        "imgsvc",
        "DOWNLOAD_TIMEOUT",
        "504, and no worker was held: one deadline for connecting, headers and body",
    ),
    Timeout("queue for a worker", "imgsvc", "QUEUE_TIMEOUT", "503 with Retry-After; its source was fetched"),
    Timeout("decode", "imgsvc", "TIMEOUT", "503: it has what source and queues left of the whole request"),
    Timeout(
        *("native call", "imgsvc", "TIMEOUT", "503, the stack is logged, and another worker starts"),
        contains=("whole request",),
        extra=0.2,
    ),
    Timeout("write", "imgsvc", "WRITE_RESPONSE_TIMEOUT", "the connection is reset, and no worker was held"),
    Timeout(
        *("graceful stop", "imgsvc", "GRACEFUL_STOP_TIMEOUT", "what is in work then is lost"),
        contains=("whole request", "write"),
    ),
    Timeout("systemd stop", "systemd", "TimeoutStopSec", "SIGKILL for all", ("graceful stop",), seconds=30),
)
BY_NAME = {each.name: each for each in TIMEOUTS}


def seconds_of(each: Timeout, settings: Mapping[str, float]) -> float:
    """How long it is under these settings, named in capitals."""
    return each.seconds or settings[each.setting] + each.extra


def conflicts(settings: Mapping[str, float]) -> Iterator[str]:
    """A sentence for each limit that is shorter than what has to fit into it; 0, which is off, contains nothing."""
    for outer in TIMEOUTS:
        has = seconds_of(outer, settings)
        needs = sum(seconds_of(BY_NAME[name], settings) for name in outer.contains)
        if has and outer.contains and has < needs:
            inner = " and ".join(f"{BY_NAME[name].setting} ({name})" for name in outer.contains)
            what = f"{outer.setting} of {outer.owner} is {has:g} s, shorter than the {needs:g} s of {inner}"
            yield f"{what}: {outer.ends}"
