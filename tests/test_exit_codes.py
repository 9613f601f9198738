import re
from pathlib import Path

from imgsvc.exit_codes import ExitCode

OPERATIONS = Path(__file__).parent.parent / "docs" / "operations.md"


def test_the_operations_page_has_every_code_with_its_meaning() -> None:
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", OPERATIONS.read_text("utf-8"), re.MULTILINE)

    assert rows == [(str(int(code)), code.meaning) for code in ExitCode]
