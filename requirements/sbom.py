"""What a package or an image consists of, with licenses, as CycloneDX: python requirements/sbom.py --help.

Python's own library alone: it runs where the package is built, and there is nothing else.
"""

import argparse
import json
import os
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatch
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

HERE = Path(__file__).parent
SPECIFICATION = "1.6"
UNUSABLE = 78

# What the texts of older metadata mean; whatever is neither here nor an expression has its row in parts.toml.
_UNAMBIGUOUS = {"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "MIT", "MPL-2.0"}
_COMPILED = re.compile(r"\.so(\.[\d.]+)?$")

Component = dict[str, Any]


class UnknownPartError(Exception):
    """Something is there whose origin or license nobody has written down."""


@dataclass(frozen=True, slots=True)
class Row:
    """What parts.toml says of one package."""

    license: str = ""
    version: str = ""
    parts: list[list[str]] | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """parts.toml, and the locks beside it."""

    rows: dict[str, Row] = field(default_factory=dict)
    folder: Path = HERE

    @classmethod
    def read(cls, folder: Path = HERE) -> "Table":
        """The table as it stands there."""
        rows = tomllib.loads((folder / "parts.toml").read_text("utf-8"))
        return cls({name: Row(**row) for name, row in rows.items()}, folder)

    def locked(self, lock: str) -> str:
        """The version of the one package of a lock."""
        found = re.search(r"^[\w-]+==([^\s\\]+)", (self.folder / lock).read_text("utf-8"), re.MULTILINE)
        return found[1] if found else ""


def normalized(name: str) -> str:
    """A package's name as the index has it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def of_packages(found: Iterable[Distribution], table: Table) -> list[Component]:
    """A component for each of Python's packages, those that are compiled into it within."""
    ordered = sorted(found, key=lambda each: normalized(each.name))
    return [_package(each, table) for each in ordered]


def _package(package: Distribution, table: Table) -> Component:
    name, version = normalized(package.name), package.version
    row = table.rows.get(name, Row())
    compiled = [str(each) for each in package.files or () if _COMPILED.search(each.name)]
    if (compiled or row.version) and row.version != version:
        raise UnknownPartError(
            f"{name} {version} has compiled code, and parts.toml was written for {row.version or 'none'}"
        )
    whole = component(name, version, _license(package, row), f"pkg:pypi/{name}@{version}")
    within = [*_of_table(name, row, compiled, table), *_of_wheel(package, table)]
    return whole | _history(name, version) | ({"components": within} if within else {})


def component(name: str, version: str, license_: str, purl: str, kind: str = "library") -> Component:
    """A row of the list."""
    numbered = {"version": version} if version else {}
    return {
        "type": kind,
        "bom-ref": purl,
        "name": name,
        **numbered,
        "licenses": [{"expression": license_}],
        "purl": purl,
    }


def _license(package: Distribution, row: Row) -> str:
    if row.license:
        return row.license
    told = package.metadata.json
    expression, text = str(told.get("license_expression", "")), str(told.get("license", ""))
    if expression or text in _UNAMBIGUOUS:
        return expression or text
    raise UnknownPartError(f"{package.name}: a license that is no expression ({text[:60]!r}) needs a row in parts.toml")


def _of_table(name: str, row: Row, compiled: Sequence[str], table: Table) -> Iterator[Component]:
    """What parts.toml says is within; each library that lies there has to be of one of its rows."""
    patterns = [file for *_, file in row.parts or () if file]
    libraries = [each for each in compiled if ".libs/" in each or Path(each).name.startswith("lib")]
    nobody_s = [each for each in libraries if not any(fnmatch(each, pattern) for pattern in patterns)]
    gone = [each for each in patterns if not any(fnmatch(file, each) for file in libraries)]
    if nobody_s or gone:
        raise UnknownPartError(f"{name}: no part of parts.toml is {nobody_s}; not in the package: {gone}")
    for part, version, license_, _ in row.parts or ():
        number = table.locked(version) if version.endswith(".txt") else version
        purl = f"pkg:generic/{part.lower()}" + (f"@{number}" if number else "")
        yield component(part, number, license_, purl) | {"bom-ref": f"{name}/{part}"}


def _of_wheel(package: Distribution, table: Table) -> Iterator[Component]:
    """What the wheel tells of itself (PEP 770): the crates of Rust, say."""
    for file in package.files or ():
        if file.parent.name == "sboms":
            for each in json.loads(file.read_text("utf-8")).get("components", ()):
                yield _told(each, normalized(package.name), table)


def _told(each: Component, owner: str, table: Table) -> Component:
    licenses = each.get("licenses") or []
    row = table.rows.get(each["name"], Row())
    written = row.license or (licenses[0].get("expression") or licenses[0]["license"].get("id") if licenses else "")
    if not written:
        raise UnknownPartError(f"{owner} tells of {each['name']} without a license: it needs a row in parts.toml")
    purl = each.get("purl", "").partition("?")[0] or f"pkg:generic/{each['name']}@{each.get('version', '')}"
    # Older crates put a slash where an expression has OR.
    return component(each["name"], each.get("version", ""), re.sub(r"\s*/\s*", " OR ", written), purl) | {
        "bom-ref": f"{owner}/{purl}"
    }


def _history(name: str, version: str) -> Component:
    """Of Pillow-SIMD: advisories are filed for the Pillow that it is made of, and it has a patch of ours."""
    if name != "pillow-simd":
        return {}
    original = version.partition(".post")[0]
    ancestor = {"type": "library", "name": "pillow", "version": original, "purl": f"pkg:pypi/pillow@{original}"}
    patch = {"type": "unofficial", "diff": {"url": "requirements/pillow-simd.patch"}}
    return {"pedigree": {"ancestors": [ancestor], "patches": [patch]}}


def of_debian(root: Path) -> list[Component]:
    """A component for each of Debian's packages that dpkg knows of in a root."""
    status = (root / "var/lib/dpkg/status").read_text("utf-8")
    return sorted((_debian(root, each) for each in status.strip().split("\n\n")), key=lambda each: str(each["name"]))


def _debian(root: Path, paragraph: str) -> Component:
    fields = dict(re.findall(r"^(Package|Version|Architecture): (.+)$", paragraph, re.MULTILINE))
    name, version = fields["Package"], fields["Version"]
    copyright_ = root / "usr/share/doc" / name / "copyright"
    # Of many files, each under its own: the names that Debian has for them, which are not SPDX's.
    text = copyright_.read_text("utf-8", "replace") if copyright_.exists() else ""
    named = set(re.findall(r"^License:[ \t]*(\S.*)$", text, re.MULTILINE))
    named |= set(re.findall(r"/usr/share/common-licenses/([\w.-]*\w)", text)) if not named else set()
    licenses = [{"license": {"name": each.strip()}} for each in sorted(named)]
    purl = f"pkg:deb/debian/{name}@{version}?arch={fields['Architecture']}"
    return component(name, version, "", purl) | {
        "licenses": licenses or [{"license": {"name": f"see /usr/share/doc/{name}/copyright"}}]
    }


def bill(main: Component, parts: list[Component], moment: int) -> dict[str, Any]:
    """The whole document; the same parts give the same one."""
    content = json.dumps([main, parts], sort_keys=True)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": SPECIFICATION,
        "serialNumber": f"urn:uuid:{uuid5(NAMESPACE_URL, content)}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": main,
        },
        "components": parts,
        "dependencies": [{"ref": main["bom-ref"], "dependsOn": [each["bom-ref"] for each in parts]}],
    }


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="requirements/sbom.py", description=__doc__)
    parser.add_argument("--packages", type=Path, required=True, help="the site-packages that are in it")
    parser.add_argument("--debian", type=Path, help="the root whose Debian packages are in it too")
    parser.add_argument("--kind", default="application", choices=("application", "container"))
    parser.add_argument("--name", default="imgsvc")
    parser.add_argument("--version", required=True)
    parser.add_argument(
        "--license", default="Apache-2.0 AND GPL-3.0-or-later", help="under which the whole is passed on"
    )
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    """Print the document, and answer with the exit code."""
    options = _options(arguments)
    try:
        parts = of_packages(distributions(path=[str(options.packages)]), Table.read())
    except UnknownPartError as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    parts += of_debian(options.debian) if options.debian else []
    purl = f"pkg:generic/{options.name}@{options.version}"
    whole = component(options.name, options.version, options.license, purl, options.kind)
    print(json.dumps(bill(whole, parts, int(os.environ.get("SOURCE_DATE_EPOCH", "0"))), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
