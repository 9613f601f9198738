"""Which requests ask for health: they go before the others, by a look at the first line alone."""

from imgsvc.runtime.connection import Connection


class HealthChecks:
    """Below which paths it is asked for; `more` beside /health, both behind any prefix."""

    def __init__(self, more: str = "") -> None:
        self._ends = tuple({b"/health", (more or "/health").encode()})

    def is_asked_by(self, connection: Connection) -> bool:
        """Whether the request is a health check, as far as it is there."""
        method, _, rest = connection.received.partition(b"\r\n")[0].partition(b" ")
        path = rest.partition(b" ")[0].partition(b"?")[0]
        return method in (b"GET", b"HEAD") and path.endswith(self._ends)
