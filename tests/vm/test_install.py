"""The package on a fresh Debian, from `apt install` to `apt purge`; each test goes on where the one before left off."""

import pytest

from tests.vm.machine import eventually

UNITS = "imgsvc.service imgsvc.socket imgsvc@8082.service imgsvc@8082.socket"
OURS = "/usr /etc /var/lib /var/log /var/cache /run /opt /lib /home /root /srv"
# apt's and dpkg's own memory of packages, and of files that a change of time touched.
KEPT_BY_DEBIAN = (
    "/var/lib/dpkg|/var/lib/apt|/var/cache/apt|/var/log/|/var/lib/systemd|/var/cache/ldconfig|/var/cache/man"
)


@pytest.fixture(scope="module")
def before(fresh):
    """The names of all files before anything was installed."""
    return files(fresh)


def files(machine):
    listing = machine(f"find {OURS} -xdev | grep -vE '^({KEPT_BY_DEBIAN})' | sort -u")
    return set(listing.splitlines())


def test_one_command_gives_a_running_service(fresh, before):
    assert before
    fresh("apt install -y ./imgsvc.deb 2>&1")

    assert fresh("systemctl is-active imgsvc.service imgsvc.socket") == "active\nactive"
    assert fresh("curl -s http://127.0.0.1:8080/health") == "imgsvc is running"


def test_it_starts_with_the_machine(fresh):
    assert fresh("systemctl is-enabled imgsvc.service imgsvc.socket") == "enabled\nenabled"


def test_only_this_machine_is_served(fresh):
    listening = fresh("ss -Hltn | awk '{print $4}'").splitlines()

    assert [address for address in listening if not address.startswith("127.0.0.1:")] == []


def test_its_units_have_no_mistake(fresh):
    assert fresh(f"systemd-analyze verify {UNITS} 2>&1") == ""


@pytest.mark.parametrize("unit", ["imgsvc.service", "imgsvc@8082.service"])
def test_its_units_are_confined(fresh, unit):
    table = fresh(f"systemd-analyze security --no-pager {unit}")

    assert float(table.rpartition("Overall exposure level for ")[2].split()[1]) <= 2.0


def test_its_processes_are_nobody_s_but_the_service_s(fresh):
    users = fresh("ps -o user= -p $(pgrep -d, -f ^/opt/imgsvc/venv/bin/python)")

    assert set(users.split()) == {"imgsvc"}


def test_its_settings_are_for_root_and_the_service_alone(fresh):
    assert fresh("stat -c '%a %U %G' /etc/imgsvc/imgsvc.env") == "640 root imgsvc"
    assert fresh("grep -v '^#' /etc/imgsvc/imgsvc.env | tr -d '\\n'") == ""


def test_the_kernels_are_those_of_the_processor(fresh):
    has_avx2 = "avx2" in fresh("grep -m1 ^flags /proc/cpuinfo")
    found = fresh("imgsvc doctor | grep 'SIMD level'")

    assert ("AVX2" in found) is has_avx2


def test_the_command_line_has_its_manual_and_is_completed(fresh):
    manual = fresh("man imgsvc | cat; man imgsvc-serve | cat")
    ask = "COMP_WORDS='imgsvc exp' COMP_CWORD=1 _IMGSVC_COMPLETE=bash_complete imgsvc"

    assert "IMGSVC" in manual
    assert fresh(ask) == "plain,explain"
    assert fresh("bash -n /usr/share/bash-completion/completions/imgsvc") == ""


def test_what_the_package_installs_is_whole(fresh):
    assert fresh("dpkg --verify imgsvc") == ""


def test_a_removal_leaves_the_settings_alone(fresh, before):
    fresh("systemctl enable --now imgsvc@8082.socket imgsvc@8082.service 2>&1")
    assert eventually(lambda: fresh("curl -s http://127.0.0.1:8082/health") == "imgsvc is running")
    fresh("apt remove -y imgsvc 2>&1")

    assert fresh("systemctl list-units --no-legend --plain 'imgsvc*'") == ""
    assert fresh("pgrep -f imgsvc", ok=(1,)) == ""
    left = {each for each in files(fresh) - before if "imgsvc" in each}
    # systemd's CacheDirectory=, for results that are kept.
    assert left == {"/etc/imgsvc", "/etc/imgsvc/imgsvc.env", "/var/cache/imgsvc"}


def test_a_purge_leaves_nothing(fresh, before):
    fresh("apt purge -y imgsvc 2>&1; apt autoremove -y 2>&1")

    assert {each for each in files(fresh) - before if "imgsvc" in each} == set()
    assert fresh("getent passwd imgsvc; getent group imgsvc", ok=(2,)) == ""


def test_it_can_be_installed_again(fresh):
    fresh("apt install -y ./imgsvc.deb 2>&1")

    assert fresh("curl -s http://127.0.0.1:8080/health") == "imgsvc is running"
