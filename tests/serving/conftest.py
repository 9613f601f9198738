"""One server for all the tests that leave it as it was; the others start their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.images import encoded, noise, quadrants
from tests.serving.server import Server

KEY, SALT = "736563726574", "68656c6c6f"


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of sources: cat.png, 40 by 20, and big.bmp, whose size no compression takes away."""
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "cat.png").write_bytes(encoded(quadrants()))
    (folder / "big.bmp").write_bytes(encoded(noise(2000, 1500), "bmp"))
    return folder


@pytest.fixture(scope="session")
def server(pictures: Path) -> Iterator[Server]:
    """A server whose sources are the pictures."""
    with Server({"IMGSVC_LOCAL_FILESYSTEM_ROOT": str(pictures)}) as running:
        yield running
