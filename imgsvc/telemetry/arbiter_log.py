"""gunicorn's own log, in the server's form: from its first line on, and after each of its reloads."""

from typing import Any

from gunicorn.glogging import Logger

from imgsvc.telemetry.logs import adopt


class ArbiterLog(Logger):  # type: ignore[misc]
    """gunicorn sets its handlers anew at a reload; they are replaced before anything is written to them."""

    def setup(self, cfg: Any) -> None:
        """Let gunicorn set its log up, and take it over."""
        super().setup(cfg)
        adopt()
