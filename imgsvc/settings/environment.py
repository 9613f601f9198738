"""Where settings come from: the process's environment, with an env file laid over it. Nothing else reads either."""

import os
from collections.abc import Mapping
from pathlib import Path

from imgsvc.settings import envfile
from imgsvc.settings.env import PREFIXES, Mistake, SettingsError

ENV_FILE = "ENV_LOCAL_FILE_PATH"
ENV_FILE_VARIABLES = tuple(prefix + ENV_FILE for prefix in PREFIXES)


def environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The process environment with the env file's values laid over it; SettingsError: the file cannot be read.

    A file that is not there is passed over here; `missing_env_file` tells.
    """
    found = dict(os.environ if environ is None else environ)
    name = _env_file_variable(found)
    if name is None or not Path(found[name]).exists():
        return found
    try:
        return found | envfile.read(Path(found[name]).read_text("utf-8"), found)
    except envfile.LinesError as error:
        raise SettingsError([Mistake(name, str(error), found[name])]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError([Mistake(name, f"a text file that can be read ({error})", found[name])]) from error


def own_environment() -> dict[str, str]:
    """The process's environment alone, for when the env file cannot be read."""
    return dict(os.environ)


def take(name: str) -> str:
    """Take a variable out of the process's environment: who looks later shall not find it."""
    return os.environ.pop(name, "")


def missing_env_file(environ: Mapping[str, str]) -> str:
    """The variable that names an env file that is not there; none if it is, or if no file is named."""
    name = _env_file_variable(environ)
    return "" if name is None or Path(environ[name]).exists() else name


def _env_file_variable(environ: Mapping[str, str]) -> str | None:
    return next((name for name in ENV_FILE_VARIABLES if environ.get(name, "").strip()), None)
