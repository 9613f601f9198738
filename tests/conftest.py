"""What holds for every test: no settings from outside, no network but loopback, and no mercy for warnings."""

import ipaddress
import os
import socket
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")

settings.register_profile("dev", deadline=None)
# In CI a red run must be red again when it is looked at.
settings.register_profile("ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci" if os.environ.get("CI") else "dev")


# Settings, and what stores have their credentials and servers from.
_READ_FROM_THE_SHELL = ("IMGSVC_", "IMGPROXY_", "AWS_", "AZURE_", "GOOGLE_", "OS_", "SWIFT_", "STORAGE_")


def pytest_configure() -> None:
    """Wipe what would reach the code under test, and the servers that tests start, from the shell."""
    for name in list(os.environ):
        if name.startswith(_READ_FROM_THE_SHELL) or name.lower() in _PROXIES:
            del os.environ[name]


class _LoopbackOnlySocket(socket.socket):
    """A socket that refuses to leave this machine, so that no test depends on another one."""

    def connect(self, address: object) -> None:
        _refuse_foreign(address)
        super().connect(address)  # type: ignore[arg-type]

    def connect_ex(self, address: object) -> int:
        _refuse_foreign(address)
        return super().connect_ex(address)  # type: ignore[arg-type]


class ForeignAddressError(Exception):
    """A test wanted to leave the machine; no OSError, so that no code under test takes it for a network fault."""


def _refuse_foreign(address: object) -> None:
    host = address[0] if isinstance(address, tuple) else "localhost"
    if host in ("localhost", "0.0.0.0", "::"):
        return
    if not ipaddress.ip_address(host).is_loopback:
        raise ForeignAddressError(f"{address!r} is not on this machine")


# The part of ./check that was asked for by name, which does not pass by skipping.
_NAMED_PART = os.environ.get("NAMED_PART", "")
# Beginnings of the reasons for which a test of a named part may be skipped all the same.
_ALLOWED_SKIPS: dict[str, tuple[str, ...]] = {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    """Make a failure of a skip in a part that was named."""
    return _with_skips_refused((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report():
    """The same for a module that is skipped whole."""
    return _with_skips_refused((yield))


def _with_skips_refused(report):
    if _NAMED_PART and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        if not reason.startswith(_ALLOWED_SKIPS.get(_NAMED_PART, ()) or ("\0",)):
            report.outcome = "failed"
            report.longrepr = f"./check {_NAMED_PART} was asked for by name, and cannot do this: {reason}"
    return report


@pytest.fixture(scope="session", autouse=True)
def loopback_only() -> Iterator[None]:
    """Guard every connection of the test process."""
    original = socket.socket
    socket.socket = _LoopbackOnlySocket  # type: ignore[misc]
    yield
    socket.socket = original  # type: ignore[misc]
