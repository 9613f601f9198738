import hashlib
import io
import os
import tarfile
from pathlib import Path

import pytest

from tests.corpus.manifest import Origin
from tests.corpus.packages import UnavailableError, members, of_sources


def package(folder: Path, files: dict[str, bytes]) -> Path:
    path = folder / "package.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for name, body in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
    return path


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An npm that has this one package."""
    archive = package(tmp_path, {"package/a.png": b"a", "package/b/c.gif": b"c"})
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text(f'#!/bin/sh\n[ "$5" = some@1.0 ] && cp {archive} . || {{ echo "no such package" >&2; exit 1; }}\n')
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{npm.parent}:{os.environ['PATH']}")
    return archive


def origin(version: str, sum_: str) -> Origin:
    return Origin("npm:some", "npm", "some", version, sum_)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_package_is_its_files(tmp_path: Path, registry: Path) -> None:
    found = dict(members(origin("1.0", sha256(registry)), tmp_path))

    assert found == {"package/a.png": b"a", "package/b/c.gif": b"c"}


def test_another_archive_than_the_one_that_is_meant_is_not_opened(tmp_path: Path, registry: Path) -> None:
    with pytest.raises(UnavailableError, match="its hash is"):
        list(members(origin("1.0", "0" * 64), tmp_path))


def test_what_the_client_says_is_told(tmp_path: Path, registry: Path) -> None:
    with pytest.raises(UnavailableError, match="no such package"):
        list(members(origin("2.0", sha256(registry)), tmp_path))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("deb [x] a b main\n# deb c\n", "deb-src [x] a b main\n# deb c\n"),
        ("Types: deb\nSuites: a\n\nTypes: deb deb-src\n", "Types: deb-src\nSuites: a\n\nTypes: deb-src\n"),
        ("deb-src a b main\n", "deb-src a b main\n"),
    ],
)
def test_lists_of_packages_become_lists_of_sources(text: str, expected: str) -> None:
    assert of_sources(text) == expected
