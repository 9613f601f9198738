"""The project's own files agree with each other."""

import re
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

import imgsvc

ROOT = Path(__file__).parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def tracked() -> list[Path]:
    """Every file that git would commit; what it ignores is nobody's business."""
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (ROOT / name for name in listing.stdout.splitlines())
    return [path for path in paths if path.is_file()]


def test_the_changelog_knows_this_version() -> None:
    newest = re.search(r"^## \[([^]]+)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)

    assert newest
    assert newest[1] == imgsvc.__version__


def test_a_fragment_of_the_changelog_is_named_for_its_kind() -> None:
    own = {"README.md", "template.md", "towncrier.toml"}
    names = [path.name for path in (ROOT / "changelog.d").iterdir() if path.name not in own]

    assert [
        name for name in names if not re.fullmatch(r"[\w-]+\.(added|changed|fixed|removed|security)\.md", name)
    ] == []


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """What a release changes, in a copy of its own."""
    shutil.copy(ROOT / "CHANGELOG.md", tmp_path)
    shutil.copytree(ROOT / "changelog.d", tmp_path / "changelog.d")
    return tmp_path


def towncrier(folder: Path) -> subprocess.CompletedProcess[str]:
    tool = Path(sys.executable).parent / "towncrier"
    command = [tool, "build", "--yes", "--version", "9.9.9", "--config", "changelog.d/towncrier.toml"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_a_release_moves_every_fragment_to_the_changelog(release: Path) -> None:
    (release / "changelog.d" / "topic.added.md").write_text("Something.\n")
    fragments = [path.read_text("utf-8") for path in release.glob("changelog.d/*.*.md")]
    answer = towncrier(release)
    text = (release / "CHANGELOG.md").read_text("utf-8")

    assert (answer.returncode, list(release.glob("changelog.d/*.*.md"))) == (0, [])
    assert re.findall(r"^## \[([^]]+)\]", text, re.MULTILINE)[:2] == ["9.9.9", imgsvc.__version__]
    assert [each for each in fragments if f"\n- {each.splitlines()[0]}\n" not in text] == []


def test_a_fragment_of_no_kind_stops_a_release(release: Path) -> None:
    (release / "changelog.d" / "topic.improved.md").write_text("Better.\n")

    assert "topic.improved.md" in towncrier(release).stderr


def test_no_file_names_a_package_registry() -> None:
    # In pieces, or this file would.
    hosts = "|".join(["pypi\\.o" + "rg", "pythonhosted\\.o" + "rg", "registry\\.npmjs", "deb\\.debian\\.o" + "rg"])
    texts = (path for path in tracked() if path.suffix not in (".jpg", ".png", ".gif"))

    assert [str(path) for path in texts if re.search(hosts, path.read_text("utf-8", "replace"))] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_pillow_is_in_no_lock(lock: Path) -> None:
    assert not re.search(r"^pillow==", lock.read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_everything_in_a_lock_has_a_hash(lock: Path) -> None:
    entries = re.split(r"^(?=\w)", re.sub(r"^ *#.*\n", "", lock.read_text("utf-8"), flags=re.MULTILINE), flags=re.M)

    assert [entry for entry in entries if entry.strip() and "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("wish", sorted((ROOT / "requirements").glob("*.in")), ids=lambda wish: wish.name)
def test_every_dependency_says_why_on_the_line_above(wish: Path) -> None:
    lines = wish.read_text("utf-8").splitlines()
    names = [number for number, line in enumerate(lines) if re.match(r"\w", line)]

    assert [lines[number] for number in names if not lines[number - 1].startswith("# ")] == []


def test_setup_cfg_and_the_locks_name_the_same_dependencies() -> None:
    parser = ConfigParser()
    parser.read(ROOT / "setup.cfg")
    named = {parser["options"]["install_requires"], *parser["options.extras_require"].values()}
    wishes = "".join(
        (ROOT / "requirements" / name).read_text("utf-8")
        for name in ("runtime.in", "pillow-simd.in", "gs.in", "warm.in", "jpegli.in")
    )

    assert set(re.findall(r"^([\w-]+)", wishes, re.MULTILINE)) == set("\n".join(named).split())


def test_the_gate_is_what_ci_runs() -> None:
    assert "exec ./check" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_a_prepared_environment_is_not_made_anew_by_what_it_starts() -> None:
    """Its own tests start such commands, with its Python first on PATH."""
    found = [
        subprocess.run(
            ["/bin/bash", "-c", ". requirements/prepare.sh; find_python"],
            cwd=ROOT, env={"PATH": path, "PYTHON": "python3"}, capture_output=True, text=True, check=True,
        ).stdout
        for path in (f"{Path(sys.executable).parent}:/usr/bin:/bin", f"{Path(sys.base_prefix) / 'bin'}:/usr/bin:/bin")
    ]  # fmt: skip

    assert found[0] == found[1]


def test_the_system_s_python_comes_before_another_one_that_is_first_on_path(tmp_path: Path) -> None:
    (tmp_path / "python3").symlink_to(sys.executable)
    complete = "has_venv /usr/bin/python3 && has_python_header /usr/bin/python3"
    found = subprocess.run(
        ["/bin/bash", "-c", f". requirements/prepare.sh; if {complete}; then find_python; fi"],
        cwd=ROOT, env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    if not found:
        pytest.skip("the system's Python is not there, or cannot make an environment")

    assert Path(found) == Path("/usr/bin/python3").resolve()


COMMANDS = [
    "serve",
    "check",
    ".ci/run",
    "requirements/lock.sh",
    "requirements/refresh",
    "packaging/build",
    "packaging/release",
    "bench/run",
]


@pytest.mark.parametrize("name", [*COMMANDS, "packaging/environment", "packaging/imgsvc"])
def test_a_command_can_be_run(name: str) -> None:
    assert (ROOT / name).stat().st_mode & 0o111


@pytest.mark.parametrize("name", ["serve", "check", "packaging/build", "packaging/release"])
def test_a_command_explains_itself(name: str) -> None:
    answer = subprocess.run([ROOT / name, "--help"], capture_output=True, text=True, check=True)

    assert answer.stdout.removeprefix("./").startswith(f"{name} ")
    assert not answer.stderr


def test_an_instance_s_unit_differs_from_the_one_service_in_what_is_an_instance_s() -> None:
    one, other = (
        {line for line in (ROOT / "systemd" / name).read_text("utf-8").splitlines() if not line.startswith("#")}
        for name in ("imgsvc.service", "imgsvc@.service")
    )
    names = {line.partition("=")[0] for line in one ^ other}

    assert names == {"Description", "After", "Requires", "Environment", "RuntimeDirectory", "MemoryMax"}
