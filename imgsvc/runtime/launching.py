"""The command that runs the server, as systemd, `imgsvc serve` and `imgsvc bench` start it."""

import io
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr
from pathlib import Path

from gunicorn.config import Config


class NotInstalledError(Exception):
    """gunicorn's configuration is nowhere."""


class GunicornArgumentsError(Exception):
    """gunicorn would not start with these arguments; it says why."""


def check_arguments(arguments: Sequence[str]) -> None:
    """Read gunicorn's arguments as it will: what it refuses would end in argparse's exit code, which says nothing."""
    said = io.StringIO()
    try:
        with redirect_stderr(said):
            Config(prog="imgsvc serve").parser().parse_args(arguments)
    except SystemExit as ended:
        # --version has been printed.
        if not ended.code:
            raise
        raise GunicornArgumentsError(said.getvalue().strip().rpartition("error: ")[2]) from None


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
