"""./check itself, in a folder of its own: what it runs are stubs, and PATH holds only what a test puts there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.vm.machine import PROGRAMS

ROOT = Path(__file__).parent.parent
TOOLS = ("bash", "dirname", "realpath", "rm", "tail", "tee", "xargs", "env", "uname", "cat", "touch", "chmod")
PART_PROGRAMS = (
    "mmdebstrap",
    "systemd-nspawn",
    "nsenter",
    "unshare",
    "dpkg-deb",
    "ip",
    "prlimit",
    "nginx",
    "umoci",
    "crun",
    "curl",
)


class Checkout:
    """A copy of ./check: `programs` are there, and pytest says what it is given."""

    def __init__(self, folder: Path, programs: tuple[str, ...], user: int) -> None:
        self._bin, self.folder = folder / "bin", folder / "checkout"
        (self.folder / ".venv" / "bin").mkdir(parents=True)
        (self.folder / "requirements").mkdir()
        self._bin.mkdir()
        shutil.copy(ROOT / "check", self.folder)
        steps = (ROOT / "requirements" / "prepare.sh").read_text("utf-8")
        # The real one would build an environment; nginx is not to be had.
        stubs = "prepare() { :; }\nunpack_nginx() { return 1; }\n"
        (self.folder / "requirements" / "prepare.sh").write_text(steps + stubs)
        for name in TOOLS:
            (self._bin / name).symlink_to(shutil.which(name) or name)
        for name in programs:
            self.program(name, "")
        self.program("id", f"echo {user}")
        for name in ("pytest", "python"):
            self._script(self.folder / ".venv" / "bin" / name, f'echo "{name} NAMED_PART=${{NAMED_PART-}} $*"')

    def prepare(self, does: str) -> None:
        """Let the preparation do this."""
        with (self.folder / "requirements" / "prepare.sh").open("a") as steps:
            steps.write(f"prepare() {{ {does} }}\n")

    def program(self, name: str, does: str) -> None:
        self._script(self._bin / name, does)

    def _script(self, path: Path, does: str) -> None:
        path.write_text(f"#!{shutil.which('bash')}\n{does}\n")
        path.chmod(0o755)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.folder / "check", *arguments],
            env={"PATH": str(self._bin)},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.mark.parametrize("part", ["vm", "release", "faults"])
def test_a_named_part_that_has_what_it_needs_refuses_skips(tmp_path: Path, part: str) -> None:
    answer = Checkout(tmp_path, PART_PROGRAMS, user=0).run(part)

    assert f"pytest NAMED_PART={part} " in answer.stdout, answer.stderr


def test_no_part_is_run_where_a_step_of_the_preparation_fails(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path, PART_PROGRAMS, user=0)
    checkout.prepare("false; say 'went on';")

    answer = checkout.run("faults")

    assert answer.returncode == 1
    assert answer.stdout == ""


@pytest.mark.parametrize("part", ["vm", "release", "faults"])
def test_what_a_named_part_needs_is_installed_where_it_may_be(tmp_path: Path, part: str) -> None:
    checkout = Checkout(tmp_path, ("nginx",), user=0)
    checkout.program("apt-get", f'echo "$*" >> {tmp_path}/installed')

    answer = checkout.run(part)

    assert ("util-linux" if part == "faults" else "mmdebstrap") in (tmp_path / "installed").read_text()
    assert f"NAMED_PART={part}" in answer.stdout


def test_a_named_part_ends_where_nothing_can_be_installed(tmp_path: Path) -> None:
    answer = Checkout(tmp_path, ("nginx",), user=0).run("vm")

    assert (answer.returncode, "pytest" in answer.stdout) == (69, False)
    assert "mmdebstrap" in answer.stderr


def test_the_sanitizers_are_what_fuzz_needs_of_a_compiler(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path, ("cc", "c++", "patch"), user=0)

    without = checkout.run("fuzz")
    checkout.program("cc", f"echo {ROOT}/check")
    complete = checkout.run("fuzz", "--seconds", "60")

    assert (without.returncode, "gcc" in without.stderr) == (69, True)
    assert "python NAMED_PART= -m tests.fuzz --seconds 60" in complete.stdout


def test_the_clients_of_packages_are_what_the_corpus_needs(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path, ("go",), user=0)

    without = checkout.run("corpus")
    for name in ("npm", "apt-get"):
        checkout.program(name, "")
    complete = checkout.run("corpus", "--only", "tiff/")

    assert (without.returncode, "npm" in without.stderr) == (69, True)
    assert "python NAMED_PART= -m tests.corpus --only tiff/" in complete.stdout


def test_a_browser_is_what_the_playground_needs(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path, ("npm", "node"), user=0)

    without = checkout.run("playground")
    checkout.program("chromium", "")
    complete = checkout.run("playground")

    assert (without.returncode, "chromium" in without.stderr) == (69, True)
    assert "pytest NAMED_PART=playground " in complete.stdout


def test_urls_need_nothing_that_is_not_there(tmp_path: Path) -> None:
    answer = Checkout(tmp_path, (), user=0).run("urls", "--count", "5")

    assert "python NAMED_PART= -m tests.urls --count 5" in answer.stdout


def test_packages_that_cannot_be_had_are_no_success(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path, ("nginx",), user=0)
    checkout.program("apt-get", "exit 100")

    answer = checkout.run("vm")

    assert (answer.returncode, "pytest" in answer.stdout) == (75, False)


@pytest.mark.parametrize("part", ["vm", "release", "faults"])
def test_a_part_that_only_root_can_run_says_what_to_type(tmp_path: Path, part: str) -> None:
    answer = Checkout(tmp_path, PART_PROGRAMS, user=1000).run(part)

    assert (answer.returncode, f"sudo ./check {part}" in answer.stderr) == (77, True)


@pytest.mark.skipif(Path("/usr/sbin/nginx").exists(), reason="this machine's own nginx is found")
@pytest.mark.parametrize("part", ["vm", "faults"])
def test_a_part_without_nginx_says_what_to_type(tmp_path: Path, part: str) -> None:
    programs = tuple(name for name in PART_PROGRAMS if name != "nginx")

    answer = Checkout(tmp_path, programs, user=0).run(part)

    assert (answer.returncode, "apt-get install -y nginx-light" in answer.stderr) == (69, True)


def test_recorded_answers_that_are_not_there_fail_the_part_that_is_named(tmp_path: Path) -> None:
    answer = Checkout(tmp_path, (), user=1000).run("conformance", "--suite", "urls")

    assert (answer.returncode, "shared/conformance" in answer.stderr) == (69, True)
    assert "replay" not in answer.stdout


def test_recorded_answers_that_are_not_there_do_not_fail_the_whole(tmp_path: Path) -> None:
    checkout = Checkout(tmp_path, (), user=1000)
    for name in ("ruff", "mypy", "lint-imports"):
        checkout.program(name, "")

    answer = checkout.run()

    assert (answer.returncode, "replay" in answer.stdout) == (0, True), answer.stderr


def test_what_the_machines_need_is_what_the_part_asks_for() -> None:
    text = (ROOT / "check").read_text("utf-8")

    assert [name for name in PROGRAMS if f"{name}:" not in text] == []


SKIPPING = """
import pytest

@pytest.mark.skip(reason="no machine")
def test_a(): pass

@pytest.fixture
def thing(): pytest.skip("no thing")

def test_b(thing): pass

def test_c(): pytest.skip("no way")

@pytest.mark.xfail(strict=True)
def test_d(): assert False
"""


def skipping(folder: Path, text: str, part: str) -> str:
    (folder / "test_it.py").write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:cacheprovider", folder]
    environ = {**os.environ, "NAMED_PART": part, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False).stdout


def test_a_skip_in_a_part_that_was_named_is_a_failure(tmp_path: Path) -> None:
    output = skipping(tmp_path, SKIPPING, "vm")

    assert "1 failed, 1 xfailed, 2 errors" in output
    assert "was asked for by name, and cannot do this: no " in output
    assert "skipped" not in output


def test_a_module_that_is_skipped_whole_is_one_too(tmp_path: Path) -> None:
    text = 'import pytest\npytest.skip("no module", allow_module_level=True)\n'

    assert "cannot do this: no module" in skipping(tmp_path, text, "vm")


def test_a_skip_elsewhere_stays_one(tmp_path: Path) -> None:
    assert "3 skipped, 1 xfailed" in skipping(tmp_path, SKIPPING, "")
