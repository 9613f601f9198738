"""Peers from package registries, each in an environment of its own below build/bench, exactly as locked."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

PEERS = Path(__file__).parents[1] / "peers"
_MINUTES = 10
_OXIMG = "0.18.1"


class InstallError(Exception):
    """A peer could not be installed."""


def thumbor(folder: Path, say: Callable[[str], None]) -> Path:
    """A virtual environment with thumbor; Pillow itself is in it, so it must never be ours."""
    lock = PEERS / "thumbor.txt"
    if not _is_done(folder, [lock]):
        say("installing thumbor")
        _run([sys.executable, "-m", "venv", "--clear", str(folder)], PEERS)
        pip = [str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
        # thumbor and some of what it needs come as source only.
        _run([*pip, "--require-hashes", "-r", str(lock)], PEERS)
        _mark(folder, [lock])
    return folder


def plotting(folder: Path, say: Callable[[str], None]) -> Path:
    """The Python of an environment with matplotlib, which brings Pillow along, and so must never be ours."""
    lock = PEERS / "plotting.txt"
    if not _is_done(folder, [lock]):
        say("installing matplotlib")
        _run([sys.executable, "-m", "venv", "--clear", str(folder)], PEERS)
        pip = [str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
        _run([*pip, "--require-hashes", "--only-binary=:all:", "-r", str(lock)], PEERS)
        _mark(folder, [lock])
    return folder / "bin" / "python"


def ipx(folder: Path, say: Callable[[str], None]) -> Path:
    """A folder with ipx, sharp and our few lines that serve it."""
    files = [PEERS / name for name in ("package.json", "package-lock.json", "serve.mjs")]
    if not (shutil.which("npm") and shutil.which("node")):
        raise InstallError("ipx needs node and npm: apt-get install nodejs npm")
    if not _is_done(folder, files):
        say("installing ipx")
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            shutil.copy(file, folder)
        _run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], folder)
        _mark(folder, files)
    return folder


def oximg(folder: Path, say: Callable[[str], None]) -> Path:
    """The binary that is on PATH; else compiled as its own lock file has it, which takes minutes."""
    if on_path := shutil.which("oximg"):
        return Path(on_path).resolve()
    binary = folder / "bin" / "oximg"
    if not binary.exists():
        if not (shutil.which("cargo") and shutil.which("nasm") and shutil.which("cmake")):
            raise InstallError("oximg needs cargo, nasm and cmake: apt-get install nasm cmake, and https://rustup.rs")
        say(f"compiling oximg {_OXIMG}")
        _run(["cargo", "install", "--quiet", "--locked", "--root", str(folder), f"oximg@{_OXIMG}"], PEERS)
    return binary


def _run(command: Sequence[str], folder: Path) -> None:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60 * _MINUTES, check=False)
    except subprocess.TimeoutExpired as error:
        raise InstallError(f"{command[0]} took more than {_MINUTES} minutes") from error
    if done.returncode:
        raise InstallError(f"{' '.join(command)} failed:\n{(done.stderr or done.stdout)[-2000:]}")


def _fingerprint(files: Sequence[Path]) -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _is_done(folder: Path, files: Sequence[Path]) -> bool:
    stamp = folder / "installed"
    return stamp.exists() and stamp.read_text("ascii") == _fingerprint(files)


def _mark(folder: Path, files: Sequence[Path]) -> None:
    (folder / "installed").write_text(_fingerprint(files), "ascii")
