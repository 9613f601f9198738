"""The image as it is run: by nobody, with a root that cannot be written to, and without an init."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import imgsvc
from tests.ports import free_port
from tests.release.container import Container
from tests.vm.machine import CHECKOUT, eventually

PICTURE = "/_/rs:fit:300:200/plain/local:///meadow.jpg@webp"
TEXT = "/_/rs:fit:640:0/f:png/plain/local:///chart.svg"
ORPHAN = "import os, time; os.fork() or (time.sleep(0.2), os._exit(0))"
ZOMBIES = """
import pathlib
states = [path.read_text().rpartition(')')[2].split()[0] for path in pathlib.Path('/proc').glob('[0-9]*/stat')]
print(states.count('Z'))
"""
WRITABLE = """
import os
print([name for name, _, _ in os.walk('/') if os.access(name, os.W_OK) and not name.startswith(('/proc', '/dev'))])
"""


@pytest.fixture(scope="module")
def address() -> str:
    return f"127.0.0.1:{free_port()}"


@pytest.fixture(scope="module")
def container(release: Path, address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    """One that serves the samples."""
    (archive,) = release.glob("*.oci.tar")
    environment = {
        "IMGSVC_BIND": address,
        "IMGSVC_OBSERVER_BIND": f"127.0.0.1:{free_port()}",
        "IMGSVC_LOCAL_FILESYSTEM_ROOT": "/pictures",
        "IMGSVC_WORKERS": "2",
    }
    made = Container(archive, imgsvc.__version__, tmp_path_factory.mktemp("image"))
    with made.settle(CHECKOUT / "samples", environment) as running:
        running.await_answer(f"http://{address}/health")
        yield running


def ask(url: str) -> bytes:
    return subprocess.run(["curl", "-sf", url], capture_output=True, check=True).stdout


def test_it_makes_pictures(container: Container, address: str) -> None:
    assert ask(f"http://{address}{PICTURE}")[8:12] == b"WEBP", container.log()
    assert ask(f"http://{address}{TEXT}").startswith(b"\x89PNG"), container.log()


def test_it_is_run_by_nobody_and_is_the_first_process_itself(container: Container) -> None:
    status = container.python("print(open('/proc/1/status').read())").splitlines()

    assert {"Uid:\t65532\t65532\t65532\t65532", "Gid:\t65532\t65532\t65532\t65532"} <= set(status)
    assert "gunicorn" in container.python("print(open('/proc/1/cmdline').read().replace(chr(0), ' '))")


def test_nothing_in_it_can_be_written_to(container: Container) -> None:
    assert container.python(WRITABLE) == "[]"


def test_its_health_is_asked_with_the_command_that_the_image_names(container: Container) -> None:
    done = container.inside("/usr/bin/imgsvc", "health")

    assert done.returncode == 0, done.stderr


def test_orphans_are_taken_up_without_an_init(container: Container) -> None:
    container.python(ORPHAN)

    assert eventually(lambda: container.python(ZOMBIES) == "0")


def test_all_that_it_needs_is_there(container: Container) -> None:
    done = container.inside("/usr/bin/imgsvc", "doctor")

    assert done.returncode == 0, done.stdout
    assert "palettes by libimagequant" in done.stdout


def test_it_ends_when_it_is_asked_to(container: Container) -> None:
    """Last, for it is gone then."""
    assert container.end() == 0, container.log()
