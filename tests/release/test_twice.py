"""One commit is one release, whenever it is made."""

import json
import re
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import imgsvc
from tests.requirements.test_sbom import validate, within
from tests.vm.machine import SUITES

__all__ = ["validate"]


def sums(folder: Path) -> dict[str, str]:
    lines = (folder / "SHA256SUMS").read_text("utf-8").splitlines()
    return {name: digest for digest, name in (line.split(maxsplit=1) for line in lines)}


def test_it_has_all_that_is_promised(release: Path) -> None:
    name = f"imgsvc-{imgsvc.__version__}"
    packages = [f"imgsvc_{imgsvc.__version__}+{mark}_amd64" for mark in SUITES.values()]
    made = {f"{each}.{kind}" for each in packages for kind in ("deb", "cdx.json", "buildinfo")}

    assert set(sums(release)) == made | {f"{name}.tar.gz", f"{name}.oci.tar", f"{name}.oci.cdx.json", "CHANGES.md"}


def test_its_sums_are_those_of_its_files(release: Path) -> None:
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=release, check=True)


def test_made_twice_it_is_the_same_bytes(release: Path, again: Path) -> None:
    assert sums(again) == sums(release)


def test_its_bills_are_what_the_schema_of_cyclonedx_asks_for(release: Path, validate: Any) -> None:
    for file in release.glob("*.cdx.json"):
        assert validate(json.loads(file.read_text("utf-8")))


def test_the_image_s_bill_has_debian_s_packages_too(release: Path) -> None:
    (file,) = release.glob("*.oci.cdx.json")
    named = {each["purl"].partition("@")[0] for each in within(json.loads(file.read_text("utf-8"))["components"])}

    assert {"pkg:deb/debian/libimagequant0", "pkg:pypi/pillow-simd", "pkg:generic/x265"} <= named


def test_the_source_has_a_changelog_and_no_fragments(release: Path) -> None:
    (file,) = release.glob("*.tar.gz")
    with tarfile.open(file) as archive:
        names = [name.partition("/")[2] for name in archive.getnames()]
        changelog = archive.extractfile(f"imgsvc-{imgsvc.__version__}/CHANGELOG.md")
        assert changelog
        sections = re.findall(rb"^## \[([^]]+)\]", changelog.read(), re.MULTILINE)

    assert sections[0].decode() == imgsvc.__version__
    assert len(set(sections)) == len(sections)
    assert [name for name in names if re.fullmatch(r"changelog\.d/[\w-]+\.\w+\.md", name)] == []
