"""The package, the machine that it is installed on, and nginx and pictures there."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vm.machine import CHECKOUT, Machine, make_root, next_version, run, what_is_missing

HERE = Path(__file__).parent
CACHE = CHECKOUT / "build" / "vm"
PICTURE = "/_/rs:fit:200:200/plain/local:///meadow.jpg"
DIRECT, THROUGH_NGINX = f"http://127.0.0.1:8080{PICTURE}", f"http://127.0.0.1{PICTURE}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """They run where they are asked for, and where a machine can be booted; a reason is given where not."""
    wanted = os.environ.get("VM")
    why = "" if wanted else "booted by ./check vm alone"
    reason = why or what_is_missing()
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.timeout(1200))
            if reason:
                item.add_marker(pytest.mark.skip(reason=f"no machine: {reason}"))


@pytest.fixture(scope="session")
def package() -> Path:
    """The Debian package of this checkout."""
    run(CHECKOUT / "packaging/build")
    (built,) = (CHECKOUT / "build/package").glob("*.deb")
    return built


@pytest.fixture(scope="session")
def upgrade(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of the next version."""
    return next_version(package, tmp_path_factory.mktemp("upgrade"))


@pytest.fixture(scope="session")
def archive(package: Path) -> Path:
    """The fresh Debian, made once."""
    CACHE.mkdir(parents=True, exist_ok=True)
    found = CACHE / "machine.tar"
    if not found.exists():
        make_root(found, package)
    return found


@pytest.fixture(scope="session")
def fresh(archive: Path, package: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine with nothing on it, and the package in root's home."""
    with Machine(archive, tmp_path_factory.mktemp("fresh")) as machine:
        machine.copy(package, "/root/imgsvc.deb")
        yield machine


@pytest.fixture(scope="session")
def machine(archive: Path, package: Path, upgrade: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine that serves: the package, two pictures, nginx before it with the file of the examples."""
    with Machine(archive, tmp_path_factory.mktemp("machine")) as machine:
        machine.copy(package, "/root/imgsvc.deb")
        machine.copy(upgrade, "/root/next.deb")
        machine.copy(HERE / "load.py", "/root/load.py")
        machine("apt-get install -y ./imgsvc.deb nginx-light")
        for name in ("meadow.jpg", "bird.png"):
            shutil.copy(CHECKOUT / "samples" / name, machine.root / "srv" / name)
        configure(machine, "IMGSVC_LOCAL_FILESYSTEM_ROOT=/srv")
        machine("cp /usr/share/doc/imgsvc/examples/nginx/imgsvc.conf /etc/nginx/conf.d/")
        machine("rm /etc/nginx/sites-enabled/default; systemctl restart nginx imgsvc")
        yield machine


def configure(machine: Machine, line: str) -> None:
    """Put a line at the end of the machine's settings."""
    with (machine.root / "etc/imgsvc/imgsvc.env").open("a") as file:
        file.write(f"{line}\n")
