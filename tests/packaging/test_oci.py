"""An image of two small folders, packed by the command and read back with nothing of ours."""

import gzip
import hashlib
import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

COMMAND = Path(__file__).parents[2] / "packaging" / "oci.py"
MOMENT = 1_700_000_000


def folder(root: Path, order: int = 1) -> Path:
    """Two files, one of them with two names, a folder and a link; made in this order or the other one."""
    root.mkdir()
    for name in ("b", "a", "c/d")[::order]:
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(f"the content of {name}")
    (root / "c/same").hardlink_to(root / "a")
    (root / "link").symlink_to("c")
    (root / "b").chmod(0o755)
    return root


def pack(output: Path, *layers: Path) -> Path:
    given = [argument for layer in layers for argument in ("--layer", str(layer))]
    command = [sys.executable, COMMAND, *given, "--version", "1.0", "--output", output]
    subprocess.run(command, check=True, env={"SOURCE_DATE_EPOCH": str(MOMENT)})
    return output


@pytest.fixture
def image(tmp_path: Path) -> dict[str, bytes]:
    """The files of an image's archive."""
    with tarfile.open(pack(tmp_path / "image.tar", folder(tmp_path / "one"), folder(tmp_path / "other"))) as archive:
        return {each.name: archive.extractfile(each).read() for each in archive if each.isreg()}  # type: ignore[union-attr]


def blob(image: dict[str, bytes], descriptor: dict[str, Any]) -> bytes:
    return image["blobs/sha256/" + descriptor["digest"].partition(":")[2]]


def manifest(image: dict[str, bytes]) -> dict[str, Any]:
    return dict(json.loads(blob(image, json.loads(image["index.json"])["manifests"][0])))


def config(image: dict[str, bytes]) -> dict[str, Any]:
    return dict(json.loads(blob(image, manifest(image)["config"])))


def test_the_same_folders_are_the_same_bytes(tmp_path: Path) -> None:
    first = pack(tmp_path / "first.tar", folder(tmp_path / "one"))
    later = folder(tmp_path / "again", order=-1)
    os.utime(later / "a", (MOMENT + 99, MOMENT + 99))
    (tmp_path / "one").rename(tmp_path / "gone")
    later.rename(tmp_path / "one")

    assert pack(tmp_path / "second.tar", tmp_path / "one").read_bytes() == first.read_bytes()


def test_every_blob_is_named_for_what_it_is(image: dict[str, bytes]) -> None:
    blobs = {name: content for name, content in image.items() if name.startswith("blobs/")}

    assert {f"blobs/sha256/{hashlib.sha256(content).hexdigest()}" for content in blobs.values()} == set(blobs)


def test_a_layer_is_what_its_config_says(image: dict[str, bytes]) -> None:
    layers = [gzip.decompress(blob(image, each)) for each in manifest(image)["layers"]]

    assert [f"sha256:{hashlib.sha256(each).hexdigest()}" for each in layers] == config(image)["rootfs"]["diff_ids"]


def test_a_layer_has_the_folder_as_it_is_but_for_its_owner_and_its_times(image: dict[str, bytes]) -> None:
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(blob(image, manifest(image)["layers"][0])))) as archive:
        entries = {each.name: each for each in archive}
        again = archive.extractfile("c/same")

        assert again
        assert again.read() == b"the content of a"
    assert (entries["link"].linkname, entries["b"].mode) == ("c", 0o755)
    assert {(each.uid, each.gid, each.uname) for each in entries.values()} == {(0, 0, "")}
    assert max(each.mtime for each in entries.values()) <= MOMENT


def test_it_is_run_as_nobody_that_has_rights_and_asked_how_it_is(image: dict[str, bytes]) -> None:
    settings = config(image)["config"]

    assert int(settings["User"].partition(":")[0]) > 0
    assert settings["Healthcheck"]["Test"] == ["CMD", *settings["Entrypoint"], "health"]
