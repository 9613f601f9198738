"""findings/ is in the form that its README states; the scripts themselves run when somebody wants to know."""

import re
import subprocess
from pathlib import Path

import pytest

FINDINGS = Path(__file__).parent.parent / "findings"
SCRIPTS = sorted(path for path in FINDINGS.glob("*.sh") if path.name != "fresh.sh")
every_script = pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)


def test_each_script_has_its_line_and_each_line_its_script() -> None:
    named = re.findall(r"^\| `(\S+\.sh)` \|(?: [^|]+ \|){3}$", (FINDINGS / "README.md").read_text("utf-8"), re.M)

    assert named == [script.name for script in SCRIPTS]


@every_script
def test_a_script_can_be_run(script: Path) -> None:
    checked = subprocess.run(["/bin/bash", "-n", script], capture_output=True, text=True, check=False)

    assert (checked.returncode, checked.stderr) == (0, "")
    assert script.stat().st_mode & 0o111


@every_script
def test_a_script_installs_nothing_but_pinned_packages(script: Path) -> None:
    (packages,) = re.findall(r"^packages (.+)$", script.read_text("utf-8"), re.MULTILINE)

    assert [each for each in packages.split() if not re.fullmatch(r"[\w-]+==[\w.]+", each)] == []


@every_script
def test_a_script_runs_without_imgsvc(script: Path) -> None:
    assert "imgsvc" not in script.read_text("utf-8")


@every_script
def test_what_a_line_says_is_done_about_it_is_there(script: Path) -> None:
    line = next(each for each in (FINDINGS / "README.md").read_text("utf-8").splitlines() if f"`{script.name}`" in each)

    places = re.findall(r"`((?:imgsvc|nginx|requirements)/\S+)`", line)

    assert places
    assert [place for place in places if not (FINDINGS.parent / place).is_file()] == []
