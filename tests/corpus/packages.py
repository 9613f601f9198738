"""Packages by their ordinary clients, which the machine's configuration tells where to ask: none is built or installed.

Nothing of what a package says to run is run: sources of Debian and modules of Go are archives, npm is told to ignore
scripts, and pip has no builder to build with.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.corpus.manifest import Origin

APT = Path("/etc/apt")


class UnavailableError(Exception):
    """A package cannot be had, or is not the one that is meant; the sentence says why."""


def members(origin: Origin, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of a package with its path there; `folder` is for what comes by the way, of any package."""
    own = folder / hashlib.sha256(origin.name.encode()).hexdigest()
    own.mkdir()
    got = _CLIENTS[origin.kind](origin, own)
    if got.is_dir():
        yield from (
            (str(path.relative_to(got)), path.read_bytes()) for path in sorted(got.rglob("*")) if _is_file(path)
        )
    elif zipfile.is_zipfile(got):
        with zipfile.ZipFile(got) as zipped:
            yield from ((each.filename, zipped.read(each)) for each in zipped.infolist() if not each.is_dir())
    else:
        with tarfile.open(got) as archive:
            for member in archive:
                if member.isfile() and (file := archive.extractfile(member)):
                    yield member.name, file.read()


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _debian(origin: Origin, folder: Path) -> Path:
    """The original sources, of that version or, where the archive has it no more, of the one that it has now.

    A mirror may lack Debian's own changes, which are not needed.
    """
    source = ["apt-get", *_apt_sources(folder), "source", "--download-only", "-q"]
    said = ""
    for package in (f"{origin.package}={origin.version}", origin.package):
        result = _tried([*source, package], folder)
        found = [each for each in folder.glob("*.orig.tar.*") if each.suffix != ".asc"]
        if found:
            return found[0]
        said = said or result.stderr.strip()[-600:]
    raise UnavailableError(said)


def _apt_sources(folder: Path) -> list[str]:
    """Options with which apt knows sources too: the machine's own lists, with deb-src for deb, and a state apart.

    Once for all packages: the lists are ten megabytes.
    """
    lists, state = folder.parent / "apt-lists", folder.parent / "apt-state"
    settings = {
        "Dir::Etc::sourcelist": "/dev/null",
        "Dir::Etc::sourceparts": lists,
        "Dir::State": state,
        "Dir::State::status": "/var/lib/dpkg/status",
        "Dir::Cache": state / "cache",
        "APT::Sandbox::User": "root",
    }
    options = [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]
    if lists.exists():
        return options
    for part in (lists, state / "lists" / "partial", state / "cache" / "archives" / "partial"):
        part.mkdir(parents=True)
    for number, path in enumerate([APT / "sources.list", *sorted((APT / "sources.list.d").glob("*"))]):
        text = path.read_text("utf-8") if path.suffix in (".list", ".sources") and path.is_file() else ""
        (lists / f"{number}{path.suffix}").write_text(of_sources(text))
    _run(["apt-get", *options, "update", "-q"], folder)
    return options


def of_sources(text: str) -> str:
    """A list of apt's, of either form, that says sources where it says packages."""
    text = re.sub(r"^(Types:).*$", r"\1 deb-src", text, flags=re.MULTILINE)
    return re.sub(r"^deb(?=\s)", "deb-src", text, flags=re.MULTILINE)


def _pypi(origin: Origin, folder: Path) -> Path:
    """The unpacked sdist: pip checks its hash and unpacks it, and ends where it would build it."""
    bare, work, wanted = folder / "bare", folder / "work", folder / "wanted.txt"
    venv.create(bare, with_pip=False)
    work.mkdir()
    wanted.write_text(f"{origin.package}=={origin.version} --hash=sha256:{origin.sum}\n")
    download = [sys.executable, "-m", "pip", "--python", str(bare / "bin" / "python"), "download", "--no-clean"]
    limits = ["--no-deps", "--no-binary=:all:", "--no-build-isolation", "--require-hashes", "--no-cache-dir"]
    result = _tried([*download, *limits, "-d", str(folder / "got"), "-r", str(wanted)], folder, TMPDIR=str(work))
    found = [each for each in work.glob("pip-download-*/*") if each.is_dir() and any(each.iterdir())]
    if len(found) != 1:
        raise UnavailableError(result.stderr.strip()[-600:])
    return found[0]


def _npm(origin: Origin, folder: Path) -> Path:
    _run(["npm", "pack", "--ignore-scripts", "--silent", "--", f"{origin.package}@{origin.version}"], folder)
    [archive] = folder.glob("*.tgz")
    return _checked(archive, origin)


def _go(origin: Origin, folder: Path) -> Path:
    """The module's archive, which Go checks itself against the module's sum."""
    said = _run(["go", "mod", "download", "-json", f"{origin.package}@{origin.version}"], folder, GOFLAGS="-modcacherw")
    found = json.loads(said)
    if found["Sum"] != origin.sum:
        raise UnavailableError(f"{origin.name}: the sum is {found['Sum']} and not {origin.sum}")
    return Path(found["Zip"])


_CLIENTS: dict[str, Callable[[Origin, Path], Path]] = {"debian": _debian, "pypi": _pypi, "npm": _npm, "go": _go}


def _checked(archive: Path, origin: Origin) -> Path:
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != origin.sum:
        raise UnavailableError(f"{archive.name}: its hash is {found} and not {origin.sum}")
    return archive


def _run(command: list[str], folder: Path, **environ: str) -> str:
    result = _tried(command, folder, **environ)
    if result.returncode != 0:
        raise UnavailableError((result.stderr.strip() or result.stdout.strip())[-600:])
    return result.stdout


def _tried(command: list[str], folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command,
            cwd=folder,
            env=dict(os.environ) | environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )
    except (FileNotFoundError, subprocess.TimeoutExpired) as error:
        raise UnavailableError(str(error)) from error
