"""docs/differences.md lists what a replay of imgproxy's recorded answers finds, no more and no less."""

import json
import re
from pathlib import Path

import pytest

from tests.conformance.replay import REPORT, SHARED

PAGE = Path(__file__).parent.parent.parent / "docs" / "differences.md"


def listed() -> list[str]:
    blocks = re.findall(r"^```ids\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [case for block in blocks for case in block.split()]


def test_every_case_is_listed_once() -> None:
    assert sorted(set(listed())) == sorted(listed())


def test_the_list_is_what_the_last_replay_found() -> None:
    if not SHARED.is_dir():
        pytest.skip(f"there are no recorded answers in {SHARED}")
    if not REPORT.is_file():
        pytest.skip(f"./check conformance has not written {REPORT.name} yet")
    report = json.loads(REPORT.read_text("utf-8"))

    assert {case for case, faults in report.items() if faults} == set(listed())
