import os
from pathlib import Path

import pytest

from imgsvc.keeping.cached import read_cached
from imgsvc.runtime.scope import NotAtOnceError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """One that was just written, and so is in memory."""
    made = tmp_path / "a picture"
    made.write_bytes(b"data" * 5000)
    return made


def test_what_is_in_memory_is_read(file: Path) -> None:
    assert read_cached(str(file), 1 << 20) == b"data" * 5000


def test_what_is_too_large_is_not(file: Path) -> None:
    assert read_cached(str(file), 19_999) is None


def test_what_is_on_the_disk_alone_is_left_to_who_can_wait(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
        os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)

    with pytest.raises(NotAtOnceError, match="not in memory"):
        read_cached(str(file), 1 << 20)


def test_so_is_what_is_not_there_or_no_file(file: Path) -> None:
    os.mkfifo(file.parent / "fifo")

    for name in ("nothing", "fifo", "."):
        with pytest.raises(NotAtOnceError):
            read_cached(str(file.parent / name), 1 << 20)


def test_nothing_stays_open(file: Path) -> None:
    before = len([*Path("/proc/self/fd").iterdir()])
    for path in (file, file.parent):
        for most in (1 << 20, 1):
            try:
                read_cached(str(path), most)
            except NotAtOnceError:
                continue

    assert len([*Path("/proc/self/fd").iterdir()]) == before
