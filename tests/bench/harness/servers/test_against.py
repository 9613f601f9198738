import subprocess
from pathlib import Path

import pytest

from bench.servers.against import CheckoutError, checkout, differing

PATCH = "requirements/pillow-simd.patch"


@pytest.fixture
def repository(tmp_path) -> Path:
    """Two commits: the first locks another patch, the second as it is now."""
    root = tmp_path / "repository"
    for name, text in (("setup.cfg", ""), (PATCH, "before"), (PATCH, "now")):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
        if name == PATCH:
            committed(root, text)
    (root / ".venv" / "bin").mkdir(parents=True)
    (root / ".venv" / "bin" / "gunicorn").touch()
    return root


def committed(root: Path, tag: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@b")
    for command in (["init", "-q"], ["add", "."], [*who, "commit", "-qm", tag], ["tag", tag]):
        subprocess.run(["git", *command], cwd=root, check=True)


def test_a_commit_that_locks_the_same_has_our_packages(repository, tmp_path):
    said: list[str] = []

    place = checkout(repository, "now", tmp_path / "against", said.append)

    assert (place / PATCH).read_text() == "now"
    assert (place / ".venv").resolve() == (repository / ".venv").resolve()
    assert "locks the same" in said[0]


def test_a_commit_that_locks_others_is_prepared_with_its_own(repository, tmp_path):
    said: list[str] = []

    with pytest.raises((CheckoutError, FileNotFoundError), match="serve"):
        checkout(repository, "before", tmp_path / "against", said.append)

    assert "pillow-simd.patch" in said[0]


def test_a_prepared_checkout_is_taken_as_it_is(repository, tmp_path):
    assert checkout(repository, str(repository), tmp_path / "against", print) == repository


def test_what_is_no_commit_is_told(repository, tmp_path):
    with pytest.raises(CheckoutError, match="nowhere"):
        checkout(repository, "nowhere", tmp_path / "against", print)


def test_comments_of_a_lock_do_not_count(tmp_path):
    for name, lock in (("one", "# by hand\na==1\n"), ("other", "a==1\n    # via b\n")):
        (tmp_path / name / "requirements").mkdir(parents=True)
        (tmp_path / name / "requirements" / "runtime.txt").write_text(lock)

    assert differing(tmp_path / "one", tmp_path / "other") == []
