"""Settings of what listens beside the server: the observer and the playground."""

import re
from dataclasses import dataclass

from imgsvc.settings.env import STRING, setting

_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


@dataclass(frozen=True, slots=True)
class ObserverSettings:
    """The process that says how the server is: /health, /ready, /metrics, /status, /stacks."""

    observer_bind: str = setting(
        "127.0.0.1:8081", STRING, "Address and port of the observer.", zero="there is none", keeps_empty=True
    )
    prometheus_bind: str = setting(
        "",
        STRING,
        "The observer's address by imgproxy's name; every path but its own gives metrics then, and so do /status and"
        " /stacks to other machines.",
    )
    prometheus_namespace: str = setting("", STRING, "Put before imgproxy's names of metrics, with an underscore.")

    def address(self) -> tuple[str, int] | None:
        """Host and port to listen on; None where the observer is off."""
        return _address(self.prometheus_bind or self.observer_bind)

    def __post_init__(self) -> None:
        for name, bind in (("OBSERVER_BIND", self.observer_bind), ("PROMETHEUS_BIND", self.prometheus_bind)):
            _check_bind(name, bind)
        if self.prometheus_namespace and not _NAME.fullmatch(self.prometheus_namespace):
            raise ValueError("PROMETHEUS_NAMESPACE of letters, digits and underscores, no digit first")


@dataclass(frozen=True, slots=True)
class PlaygroundSettings:
    """A page to try URLs on, by a process of its own; docs/playground.md says who may use it."""

    playground_bind: str = setting(
        "", STRING, "Address and port of the playground, such as 127.0.0.1:8082.", zero="there is none"
    )

    def address(self) -> tuple[str, int] | None:
        """Host and port to listen on; None where there is no playground."""
        return _address(self.playground_bind)

    def __post_init__(self) -> None:
        _check_bind("PLAYGROUND_BIND", self.playground_bind)


def _address(bind: str) -> tuple[str, int] | None:
    host, _, port = bind.rpartition(":")
    return (host.strip("[]") or "0.0.0.0", int(port)) if bind else None


def _check_bind(name: str, bind: str) -> None:
    port = bind.rpartition(":")[2]
    if bind and not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536):
        raise ValueError(f"{name} as ADDRESS:PORT or :PORT")
