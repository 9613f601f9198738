"""imgsvc where a name server may not answer: while the file named by LOOKUPS_HANG is there, lookups hang."""

import os
import socket
import time
from pathlib import Path
from typing import Any

_HANGS = Path(os.environ["LOOKUPS_HANG"])
_real = socket.getaddrinfo


def _unanswered(*arguments: Any, **named: Any) -> Any:
    while _HANGS.exists():
        time.sleep(0.1)
    return _real(*arguments, **named)


# As getaddrinfo does it: nothing but the end of the process interrupts it.
socket.getaddrinfo = _unanswered

from imgsvc import app  # noqa: E402


def __getattr__(name: str) -> Any:
    """Make the application when it is asked for: again at a reload."""
    return getattr(app, name)
