"""Client libraries from npm, the URLs that they build, and a server that answers only what is signed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients.libraries import KEY, SALT, SOURCE, Libraries
from tests.images import encoded, quadrants, solid
from tests.npm import install
from tests.serving.server import Server

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def libraries(tmp_path_factory: pytest.TempPathFactory) -> Libraries:
    """A folder with the libraries in it, exactly as locked."""
    return Libraries(install(HERE, tmp_path_factory.mktemp("clients"), "urls.mjs"))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a picture of 400 x 200, a mark and two presets; it answers nothing that is not signed."""
    folder = tmp_path_factory.mktemp("signed")
    (folder / SOURCE.rpartition("/")[2]).write_bytes(encoded(quadrants(400, 200)))
    (folder / "mark.png").write_bytes(encoded(solid(20, 20)))
    settings = {
        "ALLOW_BYPASS_CACHE": "true",
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
