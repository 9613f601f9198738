"""A fresh Debian, booted in systemd-nspawn with a network that has nothing but loopback; a context manager."""

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

CHECKOUT = Path(__file__).parents[2]
# Each with what its package's version says of it.
SUITES = {"bookworm": "deb12", "trixie": "deb13"}
# What an operator has beside the package: nginx before it, a Prometheus that watches it.
BESIDE = ("nginx-light", "prometheus")
PROGRAMS = ("mmdebstrap", "systemd-nspawn", "nsenter", "dpkg-deb")
SECONDS = 300
# Debian's own, which the package depends on: 3.11 or 3.13.
PYTHON = "$(echo /usr/bin/python3.1?)"
# Of Pillow-SIMD twice and all else.
BUILDING_SECONDS = 1000
ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
    "DEBIAN_FRONTEND": "noninteractive",
}


def what_is_missing() -> str:
    """Why no machine can be booted here; empty where one can."""
    lacking = [name for name in PROGRAMS if not shutil.which(name)]
    if lacking:
        return f"{', '.join(lacking)} is not installed"
    if os.getuid() != 0:
        return "only root boots a machine"
    try:
        subprocess.run(["unshare", "--mount", "--net", "--pid", "--fork", "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return "this kernel or container allows no namespaces"
    return ""


def run(*command: object, seconds: float = SECONDS, **more: Any) -> str:
    """Run a command of the host; what it printed."""
    done = subprocess.run(
        [str(each) for each in command], capture_output=True, text=True, timeout=seconds, check=False, **more
    )
    assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def make_root(suite: str, archive: Path, package: Path) -> None:
    """A fresh Debian with systemd, and in apt's cache what installing needs: a machine has no network."""
    include = "--include=systemd-sysv,dbus,curl,ca-certificates,procps,iproute2,man-db,bash-completion"
    archive.parent.mkdir(parents=True, exist_ok=True)
    root = archive.with_suffix(".root")
    run("mmdebstrap", "--variant=important", include, "--skip=cleanup/apt,check/empty", suite, root)
    try:
        shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
        shutil.copy(package, root / "root/imgsvc.deb")
        wanted = ["/root/imgsvc.deb", *BESIDE]
        run("chroot", root, "/usr/bin/apt-get", "install", "-y", "--download-only", *wanted, env=ENVIRONMENT)
        (root / "root/imgsvc.deb").unlink()
        run("tar", "-cf", f"{archive}.new", "-C", root, ".")
        Path(f"{archive}.new").rename(archive)
    finally:
        shutil.rmtree(root)


def next_version(package: Path, folder: Path) -> Path:
    """The same package under a later version, which apt takes for an upgrade."""
    tree, made = folder / "tree", folder / "next.deb"
    run("dpkg-deb", "-R", package, tree)
    control = tree / "DEBIAN/control"
    lines = control.read_text().splitlines()
    lines = [f"{line}+next" if line.startswith("Version:") else line for line in lines]
    control.write_text("\n".join(lines) + "\n")
    run("dpkg-deb", "-Zgzip", "-z1", "-b", tree, made)
    shutil.rmtree(tree)
    return made


def eventually(question: Callable[[], object], seconds: float = 30) -> bool:
    """Whether the answer becomes true within so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(AssertionError, ValueError):
            if question():
                return True
        time.sleep(0.2)
    return False


class Machine:
    """What is done in it is done as its root."""

    def __init__(self, archive: Path, folder: Path) -> None:
        self.root = folder / "root"
        self.root.mkdir()
        run("tar", "-xf", archive, "-C", self.root)
        self._console = folder / "console.log"

    def __enter__(self) -> Self:
        self.boot()
        return self

    def __exit__(self, *_error: object) -> None:
        self.power_off()
        shutil.rmtree(self.root)

    def boot(self) -> None:
        """Start it, and wait until all that it starts by itself has been started."""
        # Without a registration, for there may be no systemd here, and with no network but its own loopback.
        options = ["--quiet", "--boot", "--private-network", "--register=no", "--keep-unit", "--link-journal=no"]
        name = f"--machine=vm{os.getpid()}"
        with self._console.open("ab") as console:
            self.process = subprocess.Popen(
                ["systemd-nspawn", *options, name, f"--directory={self.root}"],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
            )
        assert eventually(self._leader, 60), self._console.read_text(errors="replace")[-3000:]
        assert eventually(lambda: self("systemctl is-system-running --wait") == "running", 90), self.failed()

    def power_off(self) -> None:
        """Shut it down in order; SIGKILL after a while."""
        with suppress(AssertionError):
            self("systemctl poweroff --no-block")
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __call__(self, command: str, *, ok: tuple[int, ...] = (0,)) -> str:
        """Run a shell's command, and give what it printed; AssertionError if it failed."""
        done = self.start(command)
        output, errors = done.communicate(timeout=SECONDS)
        assert done.returncode in ok, f"{command}: exit code {done.returncode}\n{output[-3000:]}\n{errors[-3000:]}"
        return output.strip()

    def start(self, command: str) -> subprocess.Popen[str]:
        """Run a shell's command beside what comes next."""
        inside = ["nsenter", f"--target={self._leader()}", "-m", "-u", "-i", "-n", "-p", "--root", "--wd"]
        return subprocess.Popen(
            [*inside, "/bin/bash", "-c", f"cd /root; {command}"],
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def write(self, path: str, text: str) -> None:
        """Make a file."""
        target = self.root / path.removeprefix("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")

    def copy(self, source: Path, path: str) -> None:
        """Bring a file in."""
        shutil.copy(source, self.root / path.removeprefix("/"))

    def failed(self) -> str:
        """The units that failed, for the report of a test."""
        return self("systemctl --failed --no-pager; journalctl -b -p err --no-pager -n 40")

    def load(self, url: str, seconds: float, clients: int) -> subprocess.Popen[str]:
        """Clients that ask for a while; `seen` waits for what they saw."""
        return self.start(f"{PYTHON} /root/load.py '{url}' {seconds} {clients}")

    def _leader(self) -> int:
        """The machine's first process, by the host's count; 0 as long as there is none."""
        assert self.process.poll() is None, self._console.read_text(errors="replace")[-3000:]
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(children[0]) if children else 0


def seen(load: subprocess.Popen[str]) -> dict[str, Any]:
    """What the clients saw: `seen`, a count for each status and error, and `slowest`, in seconds."""
    output, errors = load.communicate(timeout=SECONDS)
    assert load.returncode == 0, errors
    return dict(json.loads(output))
