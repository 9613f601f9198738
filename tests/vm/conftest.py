"""The package, the machine that it is installed on, and nginx and pictures there."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vm.machine import BUILDING_SECONDS, CHECKOUT, SUITES, Machine, make_root, next_version, run, what_is_missing

HERE = Path(__file__).parent
CACHE = CHECKOUT / "build" / "vm"
# What was 0.1.0, where there is no tag.
FIRST_VERSION = "c1f2e4556ac45a33e487c75736b153ac8c4628bc"
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


@pytest.fixture(scope="session", params=SUITES)
def suite(request: pytest.FixtureRequest) -> str:
    """Each release of Debian that there is a package for."""
    return str(request.param)


@pytest.fixture(scope="session")
def package(suite: str) -> Path:
    """The Debian package of this checkout, as a release makes it; of a release that VM names, if it is a folder."""
    output = Path(os.environ["VM"])
    if not output.is_dir():
        output = CACHE / suite
        command = (CHECKOUT / "packaging/release", "--only", suite, "--output", output)
        run(*command, seconds=BUILDING_SECONDS)
    (built,) = output.glob(f"*+{SUITES[suite]}_amd64.deb")
    return built


@pytest.fixture(scope="session")
def upgrade(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of the next version."""
    return next_version(package, tmp_path_factory.mktemp("upgrade"))


@pytest.fixture(scope="session")
def first_version() -> Path:
    """The package of 0.1.0, which was for Debian 12; it is built once."""
    found = CACHE / "imgsvc_0.1.0_amd64.deb"
    if not found.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        run("bash", HERE / "first_version.sh", FIRST_VERSION, found, cwd=CHECKOUT, seconds=BUILDING_SECONDS)
    return found


@pytest.fixture(scope="session")
def archive(suite: str, package: Path) -> Path:
    """The fresh Debian, made once."""
    found = CACHE / f"{suite}.tar"
    if not found.exists():
        make_root(suite, found, package)
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
