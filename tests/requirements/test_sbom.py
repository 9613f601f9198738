"""The bill of materials: of the environment that runs this, of packages made up, and of a Debian made up."""

import json
import re
from importlib.metadata import Distribution, PathDistribution, distributions
from pathlib import Path
from typing import Any

import cyclonedx.schema
import fastjsonschema
import pytest

from requirements.sbom import (
    HERE,
    Component,
    Row,
    Table,
    UnknownPartError,
    bill,
    component,
    normalized,
    of_debian,
    of_packages,
)

SCHEMAS = Path(cyclonedx.schema.__file__).parent / "_res"
MAIN = component("imgsvc", "1.0", "Apache-2.0", "pkg:generic/imgsvc@1.0", "application")
LOCKS = ("runtime.txt", "pillow-simd.txt")


def schema(name: str) -> Any:
    return json.loads((SCHEMAS / f"{name}.SNAPSHOT.schema.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def validate() -> Any:
    """CycloneDX's schema of this version; what it refers to is beside it."""

    def beside(address: str) -> Any:
        return schema(address.rpartition("/")[2].partition(".schema")[0].removesuffix(".SNAPSHOT"))

    return fastjsonschema.compile(schema("bom-1.6"), handlers={"http": beside}, formats={}, use_default=False)


def installed() -> list[Distribution]:
    """Those of this environment that a package has; it has more."""
    text = "".join((HERE / lock).read_text("utf-8") for lock in LOCKS)
    names = {"imgsvc", *re.findall(r"^([\w-]+)==", text, re.MULTILINE)}
    return [each for each in distributions() if normalized(each.name) in names]


def within(parts: list[Component]) -> list[Component]:
    return [each for part in parts for each in (part, *part.get("components", ()))]


@pytest.fixture(scope="module")
def parts() -> list[Component]:
    return of_packages(installed(), Table.read())


def test_it_is_what_the_schema_of_cyclonedx_asks_for(parts: list[Component], validate: Any) -> None:
    document = bill(MAIN, parts, 0)

    assert validate(document) is document


def test_the_same_parts_are_the_same_document(parts: list[Component]) -> None:
    again = of_packages(reversed(installed()), Table.read())

    assert json.dumps(bill(MAIN, parts, 7)) == json.dumps(bill(MAIN, again, 7))


def test_every_part_has_an_spdx_license(parts: list[Component]) -> None:
    known = set(schema("spdx")["enum"])
    named = {name for each in within(parts) for name in re.findall(r"[\w.+-]+", each["licenses"][0]["expression"])}

    assert {name for name in named - known if not name.startswith("LicenseRef-")} - {"AND", "OR", "WITH"} == {
        "LLVM-exception",
        "GCC-exception-3.1",
    } - known


def test_no_two_parts_have_one_name_in_the_document(parts: list[Component]) -> None:
    names = [each["bom-ref"] for each in within(parts)]

    assert sorted(set(names)) == sorted(names)


def test_what_is_compiled_into_wheels_is_told(parts: list[Component]) -> None:
    names = {each["name"] for each in within(parts)}

    assert {
        "libheif",
        "libde265",
        "x265",
        "dav1d",
        "libaom",
        "libjxl",
        "PDFium",
        "resvg",
        "openssl",
        "zlib-ng",
    } <= names


def test_pillow_simd_tells_of_the_pillow_that_it_is_and_of_our_patch(parts: list[Component]) -> None:
    (simd,) = (each for each in parts if each["name"] == "pillow-simd")

    assert simd["pedigree"]["ancestors"][0]["purl"].startswith("pkg:pypi/pillow@")
    assert (HERE.parent / simd["pedigree"]["patches"][0]["diff"]["url"]).exists()


def package(folder: Path, license_: str, *files: str) -> Distribution:
    """One with these files; they are in its record, and nowhere."""
    info = folder / "made-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.4\nName: made\nVersion: 1.0\nLicense-Expression: {license_}\n")
    (info / "RECORD").write_text("".join(f"{name},,\n" for name in files))
    for name in files:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    return PathDistribution(info)


LIBRARY = "made.libs/libnew-0123.so.4"
KNOWN = [["new", "4.0", "MIT", "made.libs/libnew-*.so*"]]


def test_a_library_that_is_written_down_is_a_part(tmp_path: Path) -> None:
    table = Table({"made": Row(version="1.0", parts=KNOWN)})

    (found,) = of_packages([package(tmp_path, "MIT", LIBRARY)], table)

    assert [each["name"] for each in found["components"]] == ["new"]


@pytest.mark.parametrize(
    ("row", "files"),
    [
        (Row(version="1.0", parts=[]), (LIBRARY,)),
        (Row(version="1.0", parts=KNOWN), ()),
        (Row(version="0.9", parts=KNOWN), (LIBRARY,)),
        (Row(), ("made/_made.cpython-311-x86_64-linux-gnu.so",)),
    ],
    ids=["nobody's library", "a library that is gone", "another version", "compiled and not looked at"],
)
def test_what_nobody_has_looked_at_ends_with_a_mistake(tmp_path: Path, row: Row, files: tuple[str, ...]) -> None:
    made = package(tmp_path, "MIT", *files)

    with pytest.raises(UnknownPartError):
        of_packages([made], Table({"made": row}))


def test_a_license_that_is_no_expression_ends_with_a_mistake(tmp_path: Path) -> None:
    made = package(tmp_path, "MIT")
    metadata = tmp_path / "made-1.0.dist-info" / "METADATA"
    metadata.write_text(metadata.read_text().replace("License-Expression: MIT", "License: as you like"))

    with pytest.raises(UnknownPartError, match="as you like"):
        of_packages([made], Table())


def test_debian_s_packages_are_parts_with_what_their_copyright_names(tmp_path: Path, validate: Any) -> None:
    text = "Package: {0}\nStatus: install ok installed\nVersion: 1:2.0-3\nArchitecture: amd64\n"
    (tmp_path / "var/lib/dpkg").mkdir(parents=True)
    (tmp_path / "var/lib/dpkg/status").write_text("\n".join(text.format(name) for name in ("libnew4", "libold1")))
    (tmp_path / "usr/share/doc/libnew4").mkdir(parents=True)
    (tmp_path / "usr/share/doc/libnew4/copyright").write_text("Files: *\nLicense: BSD-2-clause\n")

    found = of_debian(tmp_path)

    assert validate(bill(MAIN, found, 0))
    assert [each["licenses"][0]["license"]["name"] for each in found] == [
        "BSD-2-clause",
        "see /usr/share/doc/libold1/copyright",
    ]
