"""The command that runs the server, as systemd, `imgsvc serve` and `imgsvc bench` start it."""

import sys
from pathlib import Path


class NotInstalledError(Exception):
    """gunicorn's configuration is nowhere."""


def server_command(*arguments: str) -> list[str]:
    """Run gunicorn with our configuration and the application; `arguments` are more of its own."""
    command = [sys.executable, "-m", "gunicorn", "-c", str(_gunicorn_conf()), *arguments]
    return [*command, "imgsvc.app:application"]


def _gunicorn_conf() -> Path:
    """The checkout's file, or the one that the package installed."""
    places = (Path(__file__).parents[2], Path(sys.prefix) / "share" / "imgsvc")
    found = next((place / "gunicorn.conf.py" for place in places if (place / "gunicorn.conf.py").is_file()), None)
    if found is None:
        raise NotInstalledError(f"gunicorn.conf.py is in none of {', '.join(map(str, places))}: reinstall imgsvc")
    return found
