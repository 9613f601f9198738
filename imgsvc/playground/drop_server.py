"""The server of dropped files: imgsvc itself, which can read that one folder, and nothing else.

SECURITY: the main server gets no right to files of strangers, and what strangers' files are read by has no key, no
credentials and no way to anybody's network.
"""

import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from imgsvc.config import Config, from_environment
from imgsvc.playground.looking import Looker
from imgsvc.playground.upstream import UnreachableError, Upstream
from imgsvc.runtime.launching import server_command
from imgsvc.settings.env import PREFIXES, variables

# What changes pictures, and whose pictures it is about in none of them.
_SECTIONS = ("url", "defaults", "formats", "encode", "decode", "limits", "watermark")
_NOT_FOR_DROPS = frozenset({"base_url", "url_replacements", "allowed_sources", "watermark_url"})
# Of the process's own: where programs are, and how texts are written.
_OF_THE_PROCESS = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "HOME", "TMPDIR")
_PATIENCE_SECONDS = 60.0
_LOOK_EVERY_SECONDS = 0.05


def environment_for_drops(environ: Mapping[str, str], files: Path, socket: Path) -> dict[str, str]:
    """The settings of the server of the `files`, which listens on `socket`, beside one with these settings."""
    ours = {
        "BIND": f"unix:{socket}",
        "WORKERS": "1",
        "OBSERVER_BIND": "",
        "LOCAL_FILESYSTEM_ROOT": str(files),
        "ALLOWED_SOURCES": "local:///",
        "LOG_LEVEL": "warn",
    }
    kept = {name: environ[name] for name in (*_OF_THE_PROCESS, *_of_pictures()) if name in environ}
    return kept | {PREFIXES[0] + name: value for name, value in ours.items()}


def _of_pictures() -> Iterator[str]:
    sections = {each.name: each.type for each in fields(Config)}
    for name in _SECTIONS:
        for each in fields(sections[name]):  # type: ignore[arg-type]
            if each.name not in _NOT_FOR_DROPS:
                yield from variables(each)


@dataclass(slots=True)
class DropServer:
    """Started when it is first asked for; it ends with this process's group, by the guard if need be."""

    environ: Mapping[str, str]
    files: Path
    _socket: Path
    _process: subprocess.Popen[bytes] | None = None
    _looker: Looker | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def upstream(self) -> Upstream:
        """Where it listens; UnreachableError where it cannot be had."""
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._start()
        return Upstream(f"unix:{self._socket}")

    @property
    def looker(self) -> Looker:
        """What looks at dropped files as that server would."""
        with self._lock:
            self._looker = self._looker or Looker(from_environment(self._environ()))
        return self._looker

    def stop(self) -> None:
        """End it, if it runs: nobody has dropped anything for a while."""
        with self._lock:
            if self._process:
                self._process.terminate()
                self._process.wait()
            self._process = None

    def _environ(self) -> dict[str, str]:
        return environment_for_drops(self.environ, self.files, self._socket)

    def _start(self) -> None:
        self._socket.unlink(missing_ok=True)
        self._process = subprocess.Popen(server_command(), env=self._environ(), stdin=subprocess.DEVNULL)
        until = time.monotonic() + _PATIENCE_SECONDS
        while not self._socket.exists():
            if self._process.poll() is not None or time.monotonic() > until:
                raise UnreachableError("The server of dropped files did not start; the log says why.")
            time.sleep(_LOOK_EVERY_SECONDS)
