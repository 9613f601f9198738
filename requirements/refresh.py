"""Works the locks out again, and says what that changes and which advisories there are.

Exit codes: 0 nothing is open; 1 there is an advisory for what is locked now; 69 advisories could not be had, for some
or for all; 75 the locks could not be worked out.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

HERE = Path(__file__).parent
OPEN, UNAVAILABLE, NOT_LOCKED = 1, 69, 75

_PIN = re.compile(r"^([\w.-]+)==([^\s;\\]+)", re.MULTILINE)
_VIA = re.compile(r"^    #(?: via|  ) ([\w.-]+)$", re.MULTILINE)
_WISH = re.compile(r"^# (.+)\n([\w.-]+)", re.MULTILINE)

_READ = {
    "major": "read its changelog first: something may be gone, or be another way round",
    "minor": "read what is new in its changelog, and what is deprecated",
    "patch": "fixes; what they fix may be worth a line in changelog.d",
    "new": "who asks for it, and is it kept? Its license is part of the package now",
    "gone": "nothing asks for it any more",
    "back": "an older one than before: who holds it back?",
}


@dataclass(frozen=True, slots=True)
class Pin:
    """One package at one version."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Advisory:
    """One that is known for a pin."""

    pin: Pin
    name: str
    fixed_in: str


@dataclass(frozen=True, slots=True)
class Audit:
    """What the service of advisories answered: what it knows, whom it does not, and why it did not answer at all."""

    advisories: frozenset[Advisory] = frozenset()
    unknown: tuple[str, ...] = ()
    fault: str = ""


def pins(folder: Path) -> frozenset[Pin]:
    """Everything that the locks hold."""
    found = (_PIN.findall(lock.read_text("utf-8")) for lock in folder.glob("*.txt"))
    return frozenset(Pin(name, version) for each in found for name, version in each)


def audited_pins(locked: frozenset[Pin]) -> frozenset[Pin]:
    """The pins, and the Pillow that Pillow-SIMD is made of: advisories are filed under that name alone."""
    simd = (each for each in locked if each.name == "pillow-simd")
    return locked | {Pin("pillow", Version(each.version).base_version) for each in simd}


def reasons(folder: Path) -> dict[str, str]:
    """Why a package is in the locks: what the wishes say of it, or who asks for it."""
    found: dict[str, str] = {}
    for lock in folder.glob("*.txt"):
        for entry in re.split(r"^(?=[\w.-]+==)", lock.read_text("utf-8"), flags=re.MULTILINE)[1:]:
            found[entry.partition("==")[0]] = "for " + ", ".join(_VIA.findall(entry))
    for wishes in folder.glob("*.in"):
        found |= {name: reason for reason, name in _WISH.findall(wishes.read_text("utf-8"))}
    return found


def step(old: str, new: str) -> str:
    """How far it is from one version to the other; below 1.0 the second number counts as the first."""
    if not old or not new:
        return "new" if new else "gone"
    before, after = Version(old), Version(new)
    if after < before:
        return "back"
    if before.epoch != after.epoch or before.major != after.major or (not after.major and before.minor != after.minor):
        return "major"
    return "minor" if before.minor != after.minor else "patch"


def changes(before: frozenset[Pin], after: frozenset[Pin]) -> list[tuple[str, str, str]]:
    """Name, old version, new version of each package that is another now; empty where there is none."""
    old, new = _by_name(before), _by_name(after)
    names = sorted(name for name in old | new if old.get(name) != new.get(name))
    return [(name, old.get(name, ""), new.get(name, "")) for name in names]


def _by_name(locked: frozenset[Pin]) -> dict[str, str]:
    """The version by the name; the highest where Pythons or systems have their own."""
    return {each.name: each.version for each in sorted(locked, key=lambda pin: Version(pin.version))}


def audit(locked: frozenset[Pin], service: Sequence[str]) -> Audit:
    """Ask the service for the advisories of all pins; nothing is installed or resolved."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder, "pins.txt")
        lines = sorted(f"{each.name}=={each.version}\n" for each in audited_pins(locked))
        wanted.write_text("".join(lines), "utf-8")
        tool = str(Path(sys.executable).parent / "pip-audit")
        command = [tool, "--requirement", str(wanted), "--no-deps", "--disable-pip", "--cache-dir", f"{folder}/cache"]
        quiet = ["--format", "json", "--progress-spinner", "off"]
        answer = subprocess.run([*command, *quiet, *service], capture_output=True, text=True, check=False)
    try:
        rows = json.loads(answer.stdout)["dependencies"]
    except ValueError:
        return Audit(fault=(answer.stderr.strip().splitlines() or ["it said nothing"])[-1])
    return _read_audit(rows)


def _read_audit(rows: list[dict[str, object]]) -> Audit:
    unknown = tuple(str(row["name"]) for row in rows if "skip_reason" in row)
    if len(unknown) == len(rows):
        return Audit(unknown=unknown, fault="it knows none of the packages, and so has no advisories at all")
    return Audit(frozenset(_advisories(rows)), unknown)


def _advisories(rows: list[dict[str, object]]) -> Iterator[Advisory]:
    for row in rows:
        found = row.get("vulns")
        for each in found if isinstance(found, list) else ():
            name = ", ".join([each["id"], *each["aliases"]])
            yield Advisory(Pin(str(row["name"]), str(row["version"])), name, ", ".join(each["fix_versions"]))


def told_changes(found: list[tuple[str, str, str]], why: dict[str, str]) -> Iterator[str]:
    """The table of what changed, and what to read of each."""
    if not found:
        yield "Nothing changed: the locks hold the newest of everything already."
        return
    rows = [("package", "old", "new", "step", "why it is here")]
    rows += [(name, old or "-", new or "-", step(old, new), why.get(name, "")) for name, old, new in found]
    yield from _columns(rows)
    yield ""
    steps = {row[3] for row in rows}
    yield from (f"{name}: {text}." for name, text in _READ.items() if name in steps)


def told_audit(before: Audit, after: Audit) -> Iterator[str]:
    """What the change mends, what is open, and what could not be asked for."""
    if after.fault:
        yield f"ADVISORIES WERE NOT LOOKED UP: {after.fault}."
        yield "Nothing is known of them, good or bad. Ask again where the service can be reached:"
        yield "requirements/refresh --only-audit, or with --service osv."
        return
    for title, found in (
        ("Mended by this", before.advisories - after.advisories),
        ("OPEN", after.advisories),
    ):
        if found:
            rows = sorted((each.pin.name, each.pin.version, each.name, _remedy(each)) for each in found)
            yield from (f"{title}:", *_columns([("package", "version", "advisory", "what mends it"), *rows]), "")
    if not after.advisories:
        yield "No advisory is known for what is locked now."
    if after.unknown:
        yield f"NOT KNOWN to the service, and so not looked up: {', '.join(after.unknown)}."


def _remedy(advisory: Advisory) -> str:
    return f"{advisory.pin.name} {advisory.fixed_in}" if advisory.fixed_in else "no version yet"


def _columns(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="requirements/refresh", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only-audit", action="store_true", help="leave the locks as they are")
    parser.add_argument("--service", choices=("pypi", "osv"), default="pypi", help="who is asked for advisories")
    parser.add_argument("--osv-url", help="an OSV service of your own")
    parser.add_argument("--timeout", default="15", metavar="SECONDS", help="for each answer of the service")
    parser.add_argument("--folder", type=Path, default=HERE, help="where the wishes, the locks and lock.sh are")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str]) -> int:
    """Refresh, tell, and answer with the exit code."""
    options = _options(arguments)
    before = pins(options.folder)
    if not options.only_audit:
        if subprocess.run([options.folder / "lock.sh", "--upgrade"], check=False).returncode:
            print("The locks could not be worked out; see above.", file=sys.stderr)
            return NOT_LOCKED
        for line in told_changes(changes(before, pins(options.folder)), reasons(options.folder)):
            print(line)
        print()
    service = ["--timeout", options.timeout, "--vulnerability-service", options.service]
    service += ["--osv-url", options.osv_url] if options.osv_url else []
    now = audit(pins(options.folder), service)
    is_same = before == pins(options.folder) or bool(now.fault)
    for line in told_audit(now if is_same else audit(before, service), now):
        print(line)
    if now.fault or now.unknown:
        return UNAVAILABLE
    return OPEN if now.advisories else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
