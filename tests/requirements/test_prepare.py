"""What of a machine decides whether Pillow-SIMD is compiled once more."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import eventually

ROOT = Path(__file__).parent.parent.parent


def prepare(command: str, **environment: str) -> str:
    program = f". requirements/prepare.sh; {command}"
    told = subprocess.run(
        ["bash", "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, env={**os.environ, **environment}
    )
    return told.stdout


def fingerprint(**environment: str) -> str:
    return prepare(f"fingerprint {shlex.quote(sys.executable)} simd", **environment)


def says(folder: Path, name: str, text: str) -> str:
    """PATH with a program of this name in front that says nothing but this."""
    program = folder / name
    program.write_text(f"#!/bin/sh\necho {text}\n")
    program.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


def test_the_same_machine_compiles_once() -> None:
    assert fingerprint() == fingerprint()


@pytest.mark.parametrize("name", ["CC", "CFLAGS", "CPPFLAGS", "LDFLAGS"])
def test_what_the_compiler_is_told_compiles_again(name: str) -> None:
    assert fingerprint(**{name: "cc -O1"}) != fingerprint()


@pytest.mark.parametrize("name", ["cc", "pkg-config"])
def test_another_compiler_or_library_compiles_again(name: str, tmp_path: Path) -> None:
    path = says(tmp_path, name, "9.9.9")

    assert fingerprint(PATH=path) != fingerprint()


def test_a_build_without_libimagequant_is_another_one() -> None:
    assert fingerprint(IMAGEQUANT="disable") != fingerprint()


def test_without_libimagequant_its_header_is_not_asked_for() -> None:
    assert "libimagequant-dev" in prepare('say "$HEADERS"')
    assert "libimagequant-dev" not in prepare('say "$HEADERS"', IMAGEQUANT="disable")


def test_an_environment_that_is_a_link_is_not_made_anew(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "kept").touch()
    (tmp_path / ".venv").symlink_to("other")
    program = f". {ROOT}/requirements/prepare.sh; find_python() {{ say {sys.executable}; }}; prepare"
    (tmp_path / "requirements").symlink_to(ROOT / "requirements")

    told = subprocess.run(["bash", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (told.returncode, "is a link" in told.stderr) == (69, True)
    assert (tmp_path / "other" / "kept").exists()


# Steps that do nothing but what a test wants of them, in a folder of its own.
STEPS = """
. {root}/requirements/prepare.sh
find_python() {{ say {python}; }}
todo() {{ say environment simd runtime; }}
fingerprint() {{ say "$@"; }}
step_environment() {{ mkdir -p "$VENV"; }}
"""


def steps(folder: Path, program: str) -> subprocess.CompletedProcess[str]:
    text = STEPS.format(root=ROOT, python=sys.executable) + program + "\nprepare\n"
    return subprocess.run(["bash", "-c", text], cwd=folder, capture_output=True, text=True, check=False)


def test_what_is_locked_comes_while_pillow_simd_is_compiled(tmp_path: Path) -> None:
    told = steps(
        tmp_path,
        """
        step_simd() { echo compiled; until [ -e came ]; do sleep 0.05; done; }
        step_runtime() { echo came; touch came; }
        """,
    )

    assert told.returncode == 0, told.stderr
    assert (tmp_path / ".venv.log").read_text() == "compiled\ncame\n"


def test_what_has_begun_beside_a_step_that_fails_is_ended(tmp_path: Path) -> None:
    told = steps(
        tmp_path,
        """
        step_simd() { until [ -e begun ]; do sleep 0.05; done; echo no compiler; return 1; }
        step_runtime() { trap 'touch ended; exit 1' TERM; touch begun; while :; do sleep 0.05; done; }
        """,
    )

    assert (told.returncode, "no compiler" in told.stderr) == (75, True)
    assert eventually((tmp_path / "ended").exists)
