"""What tests need of npm's packages: exactly as locked, in a folder of their own."""

import shutil
import subprocess
from pathlib import Path

import pytest

_NO_NETWORK = ("ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "ECONNREFUSED", "ENETUNREACH")


def install(locked: Path, folder: Path, *more: str) -> Path:
    """Install what the lock in `locked` names into `folder`, and copy `more` of its files there; skipped without npm.

    No package's own script is run.
    """
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("node and npm are not installed")
    for name in ("package.json", "package-lock.json", *more):
        shutil.copy(locked / name, folder)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    installed = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100, check=False)
    if any(word in installed.stderr for word in _NO_NETWORK):
        pytest.skip("npm's registry cannot be reached from here")
    assert installed.returncode == 0, installed.stderr
    return folder
