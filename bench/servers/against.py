"""Another commit of this repository, checked out and prepared below build/bench, to be measured beside this one."""

import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

_LOCKS = ("build.txt", "pillow-simd.txt", "pillow-simd.patch", "zlib-ng.txt", "runtime.txt")


class CheckoutError(Exception):
    """A commit cannot be checked out or prepared."""


def checkout(root: Path, commit: str, folder: Path, say: Callable[[str], None]) -> Path:
    """The commit in a worktree of its own, with this one's packages where they are locked alike, else with its own.

    What is a prepared checkout's folder is that one.
    """
    if (given := Path(commit)).joinpath(".venv", "bin", "gunicorn").exists():
        return given.resolve()
    name = _run(["git", "-C", str(root), "rev-parse", "--short", "--verify", f"{commit}^{{commit}}"]).strip()
    place = folder / name
    if not (place / "setup.cfg").exists():
        folder.mkdir(parents=True, exist_ok=True)
        _run(["git", "-C", str(root), "worktree", "prune"])
        _run(["git", "-C", str(root), "worktree", "add", "--detach", str(place), name])
    if not (place / ".venv" / "bin" / "gunicorn").exists():
        _prepare(root, place, say)
    return place


def differing(one: Path, other: Path) -> list[str]:
    """The locks that do not say the same in two checkouts; comments do not count."""
    return [
        name
        for name in _LOCKS
        if list(_said(one / "requirements" / name)) != list(_said(other / "requirements" / name))
    ]


def _said(lock: Path) -> Iterator[str]:
    for line in lock.read_text("utf-8").splitlines() if lock.exists() else ():
        if lock.suffix == ".patch" or not line.lstrip().startswith("#"):
            yield line


def _prepare(root: Path, place: Path, say: Callable[[str], None]) -> None:
    if locks := differing(root, place):
        say(f"preparing packages of {place.name}'s own, for it locks others ({', '.join(locks)}): some minutes")
        _run(["./serve", "--only-setup"], place)
        return
    say(f"{place.name} has the packages of this checkout, for it locks the same")
    (place / ".venv").symlink_to((root / ".venv").resolve())


def _run(command: Sequence[str], folder: Path | None = None) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CheckoutError(f"{' '.join(command)} failed:\n{(done.stderr or done.stdout)[-2000:]}")
    return done.stdout
