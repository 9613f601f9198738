"""Makes docs/faults.md of the table in rows.py and of what the tests measured.

python -m tests.faults.report              exit code 1 if the page is out of date
python -m tests.faults.report --write      write the page
python -m tests.faults.report --collect    take over what the last run measured (build/faults), and write the page
"""

import json
import os
import platform
import re
import sys
from collections import Counter as Tally
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from tests.faults.rows import ROWS, Row

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RECORDS = ROOT / "build" / "faults"
MEASURED = HERE / "measured.json"
PAGE = ROOT / "docs" / "faults.md"
_SHOWN = 3

HEAD = """<!-- Made by tests/faults/report.py: run `./check faults`. -->

# What was tried to stop it

Each row is a fault that was injected into a running server, what is promised, and what came of it.
The tests are in `tests/faults/`, named for their rows; their bounds are one table in `tests/faults/bounds.py`.
`./check tests` runs a short form with generous bounds.
`./check faults` runs the full form with the promised ones, and makes this page.

The *probe* asks ten times a second for a small picture, on connections of its own.
Times are compared with a quiet phase of the same run.

"""


def collect() -> dict[str, Any]:
    """What is known so far, with the records of the last run in place of older ones."""
    known: dict[str, Any] = json.loads(MEASURED.read_text("utf-8")) if MEASURED.exists() else {}
    tests = known.get("tests", {})
    for path in sorted(RECORDS.glob("*.json")):
        found = json.loads(path.read_text("utf-8"))
        name = found.pop("test")
        tests[name] = newer(tests.get(name), found | {"machine": machine()})
    text = "".join(path.read_text("utf-8") for path in HERE.glob("test_*.py"))
    there = {name: each for name, each in sorted(tests.items()) if f"def {name.partition('[')[0]}(" in text}
    return {"date": date.today().isoformat(), "tests": there}


def newer(known: dict[str, Any] | None, found: dict[str, Any]) -> dict[str, Any]:
    """Which of two records of a test stands: the later one, but a short form that passed says less than a full one."""
    says_less = known is not None and known["form"] == "full" and found["form"] != "full"
    return known if known is not None and says_less and found["outcome"] in ("passed", "skipped") else found


def machine() -> str:
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30
    cores = len(os.sched_getaffinity(0))
    name = model[1] if model else platform.machine()
    return f"{cores} cores of {name}, {memory} GiB, Linux {platform.release()}, Python {platform.python_version()}"


def page(measured: dict[str, Any]) -> Iterator[str]:
    yield HEAD
    machines = Tally(each["machine"] for each in measured["tests"].values())
    yield f"Last measured on {measured['date']}; tests by machine:\n\n"
    yield from (f"- {count} on {name}\n" for name, count in machines.most_common())
    yield "\n"
    yield "| | what is done | what is promised | holds | measured |\n|---|---|---|---|---|\n"
    for row in ROWS:
        yield _line(row, [each for each in measured["tests"].values() if row.name in each["rows"]])
    yield "\n## Where a row is not what was first promised\n\n"
    yield from (f"- **F{row.number}**: {_by_sentence(row.changed)}\n" for row in ROWS if row.changed)
    yield "\n## What does not hold yet\n\n"
    failing = [(name, each) for name, each in measured["tests"].items() if each["outcome"] not in ("passed", "skipped")]
    yield from (f"- {', '.join(each['rows'])}, `{name}`: {each['why'] or each['outcome']}\n" for name, each in failing)
    yield "" if failing else "Nothing.\n"


def _by_sentence(text: str) -> str:
    """A sentence a line, of one list item."""
    return text.replace(". ", ".\n  ")


def _line(row: Row, tests: list[dict[str, Any]]) -> str:
    return f"| F{row.number} | {row.injected} | {row.promised} | {_verdict(tests)} | {_values(tests)} |\n"


def _verdict(tests: list[dict[str, Any]]) -> str:
    ran = [each for each in tests if each["outcome"] != "skipped"]
    passed = sum(each["outcome"] == "passed" for each in ran)
    if not ran:
        return "not run"
    if passed == len(ran):
        return "yes" if all(each["form"] == "full" for each in ran) else "yes (short form)"
    return f"in {passed} of {len(ran)} tests" if passed else "not yet"


def _values(tests: list[dict[str, Any]]) -> str:
    merged: dict[str, list[Any]] = {}
    for each in tests:
        for key, value in each["values"].items():
            merged.setdefault(key, []).append(value)
    return "; ".join(f"{key.replace('_', ' ')} {_merged(values)}" for key, values in merged.items())


def _merged(values: list[Any]) -> str:
    if all(isinstance(each, int | float) and not isinstance(each, bool) for each in values):
        least, most = min(values), max(values)
        return f"{least}" if least == most else f"{least} to {most}"
    different = list(dict.fromkeys(_shown(each) for each in values))
    return " / ".join(different[:_SHOWN]) + (" / …" if len(different) > _SHOWN else "")


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{count} of {status}" for status, count in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(map(str, value[:8])) or "none"
    return str(value).lower() if isinstance(value, bool) else str(value).replace("|", "/")


def main(arguments: list[str]) -> int:
    measured = collect() if "--collect" in arguments else json.loads(MEASURED.read_text("utf-8"))
    if "--collect" in arguments:
        MEASURED.write_text(json.dumps(measured, indent=1) + "\n", "utf-8")
    text = "".join(page(measured))
    if arguments:
        PAGE.write_text(text, "utf-8")
        return 0
    return int(PAGE.read_text("utf-8") != text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
