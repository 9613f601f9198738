"""From 0.1.0, with the settings of an operator, to this version, while clients ask; on Debian 12, for which it was."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vm.conftest import DIRECT, HERE, configure
from tests.vm.machine import CHECKOUT, Machine, seen

CLIENTS = 8
# A setting that 0.1.0 did not know, and one that it did.
NEW, OLD = "IMGSVC_RESULT_STORE", "IMGSVC_QUALITY"
SETTINGS = "/etc/imgsvc/imgsvc.env"

pytestmark = pytest.mark.parametrize("suite", ["bookworm"], indirect=True, scope="session")


@pytest.fixture
def old(archive: Path, package: Path, first_version: Path, tmp_path: Path) -> Iterator[Machine]:
    """A machine on which 0.1.0 serves, with settings as it brought them."""
    with Machine(archive, tmp_path) as machine:
        machine.copy(first_version, "/root/first.deb")
        machine.copy(package, "/root/next.deb")
        machine.copy(HERE / "load.py", "/root/load.py")
        shutil.copy(CHECKOUT / "samples/meadow.jpg", machine.root / "srv/meadow.jpg")
        machine("apt-get install -y ./first.deb")
        yield machine


def upgrade(machine: Machine) -> str:
    """What apt said; with no terminal, as unattended-upgrades has none."""
    return machine("apt-get install -y ./next.deb 2>&1")


def test_nothing_is_lost_and_what_is_new_is_named(old: Machine) -> None:
    configure(old, "IMGSVC_LOCAL_FILESYSTEM_ROOT=/srv\nIMGSVC_QUALITY=41")
    old("systemctl restart imgsvc")
    before = old(f"cat {SETTINGS}; stat -c %a%G {SETTINGS}")
    load = old.load(DIRECT, 600, CLIENTS)
    said = upgrade(old)
    old("curl -sf http://127.0.0.1:8080/health; touch enough")

    assert set(seen(load)["seen"]) == {"200"}
    assert old(f"cat {SETTINGS}; stat -c %a%G {SETTINGS}") == before
    assert "IMGSVC_QUALITY=41" in old("imgsvc config --print")
    assert f"\n  {NEW}\n" in said
    assert f"\n  {OLD}\n" not in said


def test_settings_that_nobody_touched_are_those_of_the_new_version(old: Machine) -> None:
    upgrade(old)

    assert old(f"cmp {SETTINGS} /usr/share/imgsvc/imgsvc.env; stat -c %a%G {SETTINGS}") == "640imgsvc"


def test_what_was_first_is_removed_whole(old: Machine) -> None:
    upgrade(old)
    old("apt purge -y imgsvc 2>&1")

    # /opt is gone with it, and find says so.
    assert old("find /etc /usr /opt /var/lib/ucf /var/cache/imgsvc -name '*imgsvc*'", ok=(0, 1)) == ""
