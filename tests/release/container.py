"""The image, unpacked by umoci and run by crun with a root that nobody can write to; a context manager."""

import json
import subprocess
import time
from pathlib import Path
from typing import Any, Self

from tests.vm.machine import run

# In a mount namespace of its own: crun takes no machine whose cgroups are of two versions.
_CRUN = """
mount --make-rprivate /
umount -R /sys/fs/cgroup
mount -t cgroup2 none /sys/fs/cgroup
exec crun --cgroup-manager=disabled --root "$0" "$@"
"""
PYTHON = "/opt/imgsvc/venv/bin/python3"
ENDING_SECONDS = 60
USER = "65532:65532"


class Container:
    """`environment` are its settings, `pictures` what it has at /pictures; the network is this machine's."""

    def __init__(self, archive: Path, version: str, folder: Path) -> None:
        self._state, self._bundle, self._log = folder / "state", folder / "bundle", folder / "log"
        (folder / "layout").mkdir()
        run("tar", "-xf", archive, "-C", folder / "layout")
        run("umoci", "unpack", "--image", f"{folder}/layout:{version}", self._bundle)

    def settle(self, pictures: Path, environment: dict[str, str]) -> Self:
        """What one says to `docker run`: --read-only, --network host, -v and -e."""
        path = self._bundle / "config.json"
        config: dict[str, Any] = json.loads(path.read_text("utf-8"))
        config["root"]["readonly"] = True
        config["process"]["terminal"] = False
        config["process"]["env"] += [f"{name}={value}" for name, value in environment.items()]
        spaces = config["linux"]["namespaces"]
        config["linux"]["namespaces"] = [each for each in spaces if each["type"] not in ("network", "cgroup")]
        config["linux"].pop("resources", None)
        config["mounts"] = [each for each in config["mounts"] if each["type"] not in ("cgroup", "sysfs")]
        options = ["rbind", "ro"]
        mount = {"destination": "/pictures", "type": "bind", "source": str(pictures), "options": options}
        config["mounts"].append(mount)
        (self._bundle / "rootfs/pictures").mkdir()
        path.write_text(json.dumps(config))
        return self

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command("run", "--bundle", self._bundle), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        return self

    def __exit__(self, *_error: object) -> None:
        if self._process.poll() is None:
            subprocess.run(self._command("delete", "--force"), check=False)
            self._process.wait(ENDING_SECONDS)

    def _command(self, verb: str, *arguments: object) -> list[str]:
        crun = ["unshare", "--mount", "sh", "-ec", _CRUN, self._state]
        name = f"imgsvc-{self._state.parent.name}"
        before, after = ([], [name, *arguments]) if verb in ("exec", "kill") else (arguments, [name])
        if verb == "exec":
            # crun would be root.
            before = ["--user", USER]
        return [str(each) for each in (*crun, verb, *before, *after)]

    def inside(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a program beside the server."""
        return subprocess.run(self._command("exec", *command), capture_output=True, text=True, timeout=60, check=False)

    def python(self, program: str) -> str:
        """What a program of Python printed, run in it."""
        done = self.inside(PYTHON, "-c", program)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def end(self) -> int:
        """Ask it to end, as `docker stop` does; how it ended."""
        subprocess.run(self._command("kill", "TERM"), check=True)
        return self._process.wait(ENDING_SECONDS)

    def await_answer(self, url: str) -> None:
        """Until somebody answers there with 200, or the container has ended."""
        while subprocess.run(["curl", "-sfo", "/dev/null", url], check=False).returncode:
            assert self._process.poll() is None, self.log()
            time.sleep(0.2)

    def log(self) -> str:
        """What it printed."""
        return self._log.read_text("utf-8", "replace")
