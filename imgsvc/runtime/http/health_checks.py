"""Which requests ask for health: they go before the others, by a look at the first line alone."""

import re
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

# What a health check is asked with: any other method gets 404.
_METHODS = frozenset({b"GET", b"HEAD", b"OPTIONS"})
_AUTHORITY = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*://[^/?]*")


def health_paths(prefix: str = "", more: str = "") -> frozenset[str]:
    """Where health is asked for: at /health and at `more` (HEALTH_CHECK_PATH), both below the prefix."""
    return frozenset({f"{prefix}/health", f"{prefix}{more or '/health'}"})


class HealthChecks:
    """Knows them by their path, which is exactly one of `paths`."""

    def __init__(self, paths: Iterable[str] = health_paths()) -> None:
        self._paths = frozenset(path.encode() for path in paths)

    def is_asked_by(self, received: bytes) -> bool:
        """Whether the request is a health check, as far as it is there."""
        method, _, rest = received.partition(b"\r\n")[0].partition(b" ")
        if method not in _METHODS:
            return False
        path = _AUTHORITY.sub(b"", rest.partition(b" ")[0], count=1).partition(b"?")[0]
        return path in self._paths or (b"%" in path and unquote_to_bytes(path) in self._paths)
