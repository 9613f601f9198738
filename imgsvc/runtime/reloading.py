"""A reload that changes nothing where it cannot be done, and that ends nothing.

gunicorn's own closes the listeners before it binds the new ones, forks before anybody has looked at the new settings,
and ends the server at whatever goes wrong on the way. So all that may go wrong is done before it begins.
"""

import logging
import os
import socket
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from gunicorn.util import parse_address

from imgsvc.runtime.gunicorn_patches import replace_reload

_LOG = logging.getLogger("imgsvc.runtime")

# What this process does once, by name, and why a reload does not change it; the new workers read all else.
_AT_START_ALONE = {"SO_REUSEPORT": "it needs a restart, and does nothing until then"}

_UNCHANGED = "The reload is refused: the server goes on with the old settings, and nothing has changed"
_HALF_WAY = "The reload broke off half way; workers that are replaced from now on have the new settings"


class RefusedError(Exception):
    """The reload cannot be done; the text says why."""


def contain(arbiter: Any, prepare: Callable[[], None]) -> None:
    """Let this arbiter's reloads begin with `prepare`, which raises where they cannot be done, and survive them all."""
    replace_reload(arbiter, lambda theirs: _reload(arbiter.pid, prepare, theirs))


def _reload(arbiter_pid: int, prepare: Callable[[], None], theirs: Callable[[], None]) -> None:
    try:
        prepare()
    except RefusedError as error:
        _LOG.error("%s: %s", _UNCHANGED, error)
        return
    except (Exception, SystemExit):  # noqa: BLE001 (whatever it is, the server goes on)
        _LOG.exception(_UNCHANGED)
        return
    try:
        theirs()
    except (Exception, SystemExit):
        # gunicorn forks in there, and so a worker that ends comes by here as well.
        if os.getpid() != arbiter_pid:
            raise
        _LOG.critical(_HALF_WAY, exc_info=True)


def renew(app: Any) -> None:
    """Make the application again from the settings as they are now; RefusedError, and the old one, if it cannot be."""
    try:
        app.callable = app.load()
    except SystemExit as error:
        raise RefusedError("these settings cannot be used") from error


def wait_for_restart(names: str, reason: str) -> None:
    """Say why no reload can change these settings of this process; no reason: it can."""
    for name in names.split():
        _AT_START_ALONE[name] = reason


def without_effect() -> Mapping[str, str]:
    """The settings that a reload leaves as they are, with the reason."""
    return _AT_START_ALONE


class Binding:
    """What gunicorn is told to listen on; at a reload the new socket is there before the old one goes."""

    def __init__(self, address: str) -> None:
        self.address = address
        # In gunicorn's configuration; the same for as long as the address is, so that gunicorn changes nothing.
        self.told = address
        self._old = ""

    @contextmanager
    def changing(self, address: str) -> Iterator[None]:
        """Listen on this address too; for good, and in place of the old one, where the body goes through.

        RefusedError if that cannot be done. gunicorn makes a listener of the descriptor, and closes the old one.
        """
        if address == self.address:
            yield
            return
        try:
            listener = bound(address)
        except (OSError, ValueError, RuntimeError) as error:
            raise RefusedError(f"BIND is {address}, which cannot be listened on: {error}") from error
        try:
            yield
        except BaseException:
            listener.close()
            raise
        self._old, self.address, self.told = self.address, address, f"fd://{listener.detach()}"

    def forget_the_old(self) -> None:
        """Take away the name of a unix socket that was changed for another address."""
        if self._old.startswith("unix:"):
            with suppress(OSError):
                Path(self._old.removeprefix("unix:")).unlink()
        self._old = ""


def bound(address: str) -> socket.socket:
    """A socket that listens on this address, which is read as gunicorn reads it."""
    found = parse_address(address)
    if isinstance(found, str):
        return _bound_path(Path(found))
    listener = socket.socket(socket.AF_INET6 if ":" in found[0] else socket.AF_INET)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(found)
        # Who has the address already is told here, and not by bind.
        listener.listen()
    except BaseException:
        listener.close()
        raise
    return listener


def _bound_path(path: Path) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX)
    # As gunicorn: for everybody who may enter the folder.
    mask = os.umask(0)
    try:
        with suppress(FileNotFoundError):
            if not stat.S_ISSOCK(path.lstat().st_mode):
                raise ValueError(f"{path} is there, and no socket")
            path.unlink()
        listener.bind(str(path))
        listener.listen()
    except BaseException:
        listener.close()
        raise
    finally:
        os.umask(mask)
    return listener
