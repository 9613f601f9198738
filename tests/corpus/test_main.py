import subprocess
import sys
from pathlib import Path

from tests.corpus.__main__ import say
from tests.corpus.manifest import rows

ROOT = Path(__file__).parents[2]


def corpus(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.corpus", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_files_that_are_kept_need_no_package(tmp_path: Path) -> None:
    kept = next(row for row in rows() if row.kept)

    answer = corpus("--cache", str(tmp_path), "--only", kept.name)

    assert (answer.returncode, answer.stdout.splitlines()[-1]) == (0, "1 passed, 0 failed")


def test_no_row_at_all_is_no_success(tmp_path: Path) -> None:
    answer = corpus("--cache", str(tmp_path), "--only", "no such row")

    assert (answer.returncode, answer.stdout.splitlines()[-1]) == (1, "0 passed, 0 failed")


def test_what_is_told_is_told_at_once(capsys) -> None:
    say("one", "two")

    assert capsys.readouterr().out == "one\ntwo\n"
