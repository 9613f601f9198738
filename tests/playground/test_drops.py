"""What becomes of files that are dropped on the page."""

import io
import os
from hashlib import sha256

import pytest

from imgsvc.playground.drops import KEPT_SECONDS, MOST_BYTES, MOST_FILES, DropError, Drops, local_source

NOW = 1_800_000_000.0
NAME = sha256(b"abc").hexdigest()


def kept(folder, body=b"abc", length=None, now=NOW):
    return Drops(folder, now=lambda: now).keep(io.BytesIO(body), len(body) if length is None else length)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_kept_by_its_digest_for_its_owner_alone(tmp_path):
    source = kept(tmp_path)

    assert (source, names(tmp_path)) == (f"dropped:///{NAME}", [NAME])
    assert (tmp_path / NAME).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / NAME).read_bytes() == b"abc"


def test_no_more_is_read_than_was_announced(tmp_path):
    kept(tmp_path, b"abcdef", 3)

    assert names(tmp_path) == [NAME]


@pytest.mark.parametrize("length", [0, -1, MOST_BYTES + 1])
def test_what_is_empty_or_too_large_is_not_kept(tmp_path, length):
    with pytest.raises(DropError, match="is taken"):
        kept(tmp_path, length=length)

    assert names(tmp_path) == []


def test_what_does_not_come_whole_leaves_nothing(tmp_path):
    with pytest.raises(DropError, match="whole"):
        kept(tmp_path, length=9)

    assert names(tmp_path) == []


def test_a_file_is_forgotten_after_an_hour(tmp_path):
    kept(tmp_path)
    os.utime(tmp_path / NAME, (NOW, NOW))

    assert Drops(tmp_path, now=lambda: NOW + KEPT_SECONDS).sweep() == 1
    assert Drops(tmp_path, now=lambda: NOW + KEPT_SECONDS + 1).sweep() == 0
    assert names(tmp_path) == []


def test_of_too_many_the_oldest_goes(tmp_path):
    for number in range(MOST_FILES):
        (tmp_path / f"{number:03}").write_bytes(b"x")
        os.utime(tmp_path / f"{number:03}", (NOW + number, NOW + number))

    kept(tmp_path)

    assert len(names(tmp_path)) == MOST_FILES
    assert "000" not in names(tmp_path)


@pytest.mark.parametrize(
    ("source", "local"),
    [
        (f"dropped:///{NAME}", f"local:///{NAME}"),
        ("dropped:///../../etc/passwd", ""),
        (f"dropped:///{NAME}/..", ""),
        (f"local:///{NAME}", ""),
        (NAME, ""),
    ],
)
def test_only_a_digest_is_a_dropped_file(source, local):
    assert local_source(source) == local
