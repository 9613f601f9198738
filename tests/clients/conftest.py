"""Client libraries from npm, the URLs that they build, and a server that answers only what is signed."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.libraries import KEY, SALT, SOURCE, Libraries
from tests.images import encoded, quadrants, solid
from tests.serving.server import Server

HERE = Path(__file__).parent
NO_NETWORK = ("ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "ECONNREFUSED", "ENETUNREACH")


@pytest.fixture(scope="session")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Libraries:
    """A folder with the libraries in it, exactly as locked."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("node and npm are not installed")
    folder = tmp_path_factory.mktemp("clients")
    for name in ("package.json", "package-lock.json", "urls.mjs"):
        shutil.copy(HERE / name, folder)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    installed = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100, check=False)
    if any(word in installed.stderr for word in NO_NETWORK):
        pytest.skip("npm's registry cannot be reached from here")
    assert installed.returncode == 0, installed.stderr
    return Libraries(folder)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a picture of 400 x 200, a mark and two presets; it answers nothing that is not signed."""
    folder = tmp_path_factory.mktemp("signed")
    (folder / SOURCE.rpartition("/")[2]).write_bytes(encoded(quadrants(400, 200)))
    (folder / "mark.png").write_bytes(encoded(solid(20, 20)))
    settings = {
        "KEY": KEY,
        "SALT": SALT,
        "TRUSTED_SIGNATURES": "trusted",
        "LOCAL_FILESYSTEM_ROOT": str(folder),
        "WATERMARK_PATH": str(folder / "mark.png"),
        "PRESETS": "small=w:40,gray=q:20",
        "ALLOW_SECURITY_OPTIONS": "true",
    }
    with Server({f"IMGSVC_{name}": value for name, value in settings.items()}) as running:
        yield running
