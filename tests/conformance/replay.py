"""Replays imgproxy's recorded answers against this imgsvc: ./check conformance.

The recordings and the tool are not part of the project: they are looked for in ../shared/conformance, or where
CONFORMANCE says. Where there are none this says so and is content. The tool has a Pillow of its own, newer than
ours, and so a virtual environment of its own, which is made here.

A local file's ETag and Last-Modified come from the time of its last change. A copy of the sources has other times
than those that were recorded, and no server could answer as recorded: for such cases, and for no others, these
two headers are not compared. Nor is the ETag of a local file where imgsvc's says more than imgproxy's, on purpose:
which format was negotiated, and with which settings the picture was made.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from email.utils import formatdate
from pathlib import Path
from typing import Any

from imgsvc.config import fingerprint, read

ROOT = Path(__file__).parent.parent.parent
SHARED = Path(os.environ.get("CONFORMANCE") or ROOT.parent / "shared" / "conformance")
CACHE = ROOT / ".venv-conformance"
REPORT = CACHE / "report.json"
MINIMUM = Path(__file__).parent / "minimum"
VALIDATORS = ("etag", "last-modified")

Case = dict[str, Any]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Replay imgproxy's recorded answers.")
    parser.add_argument("--suite", action="append", default=[], help="only this one; the minimum is not looked at then")
    parser.add_argument("--verbose", action="store_true", help="show what differs")
    chosen = parser.parse_args(arguments)
    if not (SHARED / "conformance.py").is_file():
        say(f"no recorded answers in {SHARED}: nothing is replayed")
        return 0
    report = CACHE / "part.json" if chosen.suite else REPORT
    report.unlink(missing_ok=True)
    suites = [part for suite in chosen.suite for part in ("--suite", suite)]
    replay(prepared(), report, [*suites, *(["--verbose"] if chosen.verbose else [])])
    return 0 if chosen.suite else verdict(json.loads(report.read_text("utf-8")))


def verdict(report: dict[str, list[str]]) -> int:
    """0 if no fewer pass than ever before."""
    passed, minimum = sum(not faults for faults in report.values()), int(MINIMUM.read_text("utf-8"))
    say(f"{passed} of {len(report)} answers are imgproxy's; {MINIMUM.relative_to(ROOT)} asks for {minimum}")
    if passed > minimum:
        say(f"Raise it to {passed}, and take what is no longer true out of docs/differences.md.")
    return 0 if passed >= minimum else 1


def replay(python: Path, report: Path, arguments: Sequence[str]) -> None:
    serve = f"{Path(sys.executable).with_name('imgsvc')} serve"
    command = [python, SHARED / "conformance.py", "run", "--serve", serve, "--cases", cases(), "--report", report]
    subprocess.run([*map(str, command), "--min-pass", "0", *arguments], check=True)


def prepared() -> Path:
    """The tool's own Python, with what it requires."""
    requirements, stamp = SHARED / "requirements.txt", CACHE / "stamp"
    wanted = hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()
    python = CACHE / "bin" / "python"
    if not stamp.is_file() or stamp.read_text("utf-8") != wanted:
        say(f"making {CACHE.name} for the tool")
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(CACHE)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "-r", str(requirements)], check=True)
        stamp.write_text(wanted, "utf-8")
    return python


def cases() -> Path:
    """A copy of the suites that says which validators this copy of the sources cannot have."""
    folder = CACHE / "cases"
    (folder / "suites").mkdir(parents=True, exist_ok=True)
    answers = folder / "answers"
    if not answers.is_symlink():
        answers.symlink_to(SHARED / "answers")
    times = {formatdate(path.stat().st_mtime, usegmt=True) for path in (SHARED / "sources").rglob("*")}
    for suite in (SHARED / "suites").glob("*.jsonl"):
        lines = (json.dumps(each) for each in with_ignored(suite.read_text("utf-8"), times))
        (folder / "suites" / suite.name).write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def with_ignored(suite: str, times: set[str]) -> Iterator[Case]:
    """The lines of a suite; `times` are those of the last changes of this copy of the sources."""
    cases = list(map(json.loads, suite.splitlines()))
    has_own_tags = says_more(cases[0].get("env", {})) if cases else False
    for case in cases:
        recorded = case.get("expect", {}).get("headers", {})
        changed = recorded.get("last-modified")
        # Where a source server says when a file was changed, the URL tells it to.
        if changed and "{origin}" not in case["path"]:
            if changed not in times:
                case["ignore"] = [*case.get("ignore", []), *VALIDATORS]
            elif has_own_tags or recorded.get("vary"):
                case["ignore"] = [*case.get("ignore", []), "etag"]
        yield case


def says_more(environ: dict[str, str]) -> bool:
    """Whether tags name the settings as well."""
    return bool(fingerprint(read(environ)[0])) or any("WATERMARK" in name for name in environ)


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
