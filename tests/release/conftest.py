"""What a release makes, twice; and roots of Debian as a newcomer has them."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vm.machine import BUILDING_SECONDS, CHECKOUT, SUITES, run

HERE = Path(__file__).parent
CACHE = CHECKOUT / "build" / "release.tests"
PARTS = 3


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """They run where they are asked for."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.timeout(2 * PARTS * BUILDING_SECONDS))
            if not os.environ.get("RELEASE"):
                item.add_marker(pytest.mark.skip(reason="built by ./check release alone"))


def made(name: str) -> Path:
    """A release, in a folder of this name."""
    output = CACHE / name
    run(CHECKOUT / "packaging/release", "--output", output, seconds=PARTS * BUILDING_SECONDS)
    return output


@pytest.fixture(scope="session")
def release() -> Path:
    """What packaging/release makes, or has made where RELEASE names a folder."""
    ready = Path(os.environ["RELEASE"])
    return ready if ready.is_dir() else made("one")


@pytest.fixture(scope="session")
def again(release: Path) -> Path:
    """The same, made once more, in the roots of the same day."""
    assert release.exists()
    return made("other")


class Root:
    """A Debian without an init, in which commands are run as its root, with this machine's network."""

    def __init__(self, suite: str) -> None:
        self.path = CACHE / f"{suite}.root"
        archive = CACHE / f"{suite}.tar"
        CACHE.mkdir(parents=True, exist_ok=True)
        if not archive.exists():
            # What README takes for granted, and what a machine that somebody logs in to has beside it.
            include = "--include=ca-certificates,git,python3,procps,sudo"
            run("mmdebstrap", "--variant=minbase", include, suite, archive, seconds=BUILDING_SECONDS)
        self.remove()
        self.path.mkdir()
        run("tar", "-xf", archive, "-C", self.path)
        run("useradd", "--root", self.path, "--create-home", "ann")

    def __call__(self, command: str) -> subprocess.CompletedProcess[str]:
        """Run a shell's command; what it printed, and how it ended."""
        enter = '. requirements/prepare.sh; . packaging/root.sh; in_root "$1" bash -c "$2"'
        return subprocess.run(
            ["bash", "-euc", enter, "-", self.path, command],
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=BUILDING_SECONDS,
            check=False,
        )

    def checkout(self, folder: str) -> None:
        """This commit, as git would have brought it."""
        pack = f'git archive --prefix={folder}/ HEAD | tar -x -C "$1"'
        run("bash", "-euo", "pipefail", "-c", pack, "-", self.path, cwd=CHECKOUT)

    def remove(self) -> None:
        run("rm", "-rf", "--one-file-system", self.path)


@pytest.fixture(params=SUITES)
def root(request: pytest.FixtureRequest) -> Iterator[Root]:
    """A bare one of each release of Debian, in which nobody has installed anything yet."""
    bare = Root(request.param)
    yield bare
    bare.remove()
