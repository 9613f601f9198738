"""Servers, sources and the record for the rows of docs/faults.md."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults import origins
from tests.faults.bounds import IS_FULL
from tests.faults.service import Service
from tests.images import encoded, noise, quadrants, solid
from tests.misbehaving import Origin

HERE = Path(__file__).parent
RECORDS = HERE.parents[1] / "build" / "faults"
VALUES = pytest.StashKey[dict[str, object]]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of it starts servers; the full form takes its time."""
    for item in items:
        if HERE in item.path.parents and item.path.name != "test_report.py":
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.timeout(1200 if IS_FULL else 120))


@pytest.fixture
def record(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Keep measured values for docs/faults.md: record(p95_ms=12)."""
    values: dict[str, object] = {}
    request.node.stash[VALUES] = values
    return values.update


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """Write what came of a row's test; tests/faults/report.py makes the page of it."""
    report = yield
    rows = re.findall(r"(?<=_)f\d{2,3}(?=_)", item.name)
    if rows and (call.when == "call" or report.skipped):
        outcome = "expected to fail" if hasattr(report, "wasxfail") else report.outcome
        found = {
            "rows": [row.upper() for row in rows],
            "test": item.name,
            "form": "full" if IS_FULL else "short",
            "outcome": outcome,
            "seconds": round(call.duration, 1),
            "why": getattr(report, "wasxfail", "") or (report.longrepr[2] if report.skipped else ""),
            "values": item.stash.get(VALUES, {}),
        }
        RECORDS.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^\w-]", "_", item.name)
        (RECORDS / f"{name}.json").write_text(json.dumps(found, indent=1, default=str), "utf-8")
    return report


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of sources: cat.png, 40 by 20; photo.jpg, 1200 by 900; medium.bmp, 8 MB; large.bmp, 20 MB."""
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "cat.png").write_bytes(encoded(quadrants()))
    (folder / "photo.jpg").write_bytes(encoded(noise(1200, 900), "jpg"))
    (folder / "medium.bmp").write_bytes(encoded(solid(1640, 1640), "bmp"))
    (folder / "large.bmp").write_bytes(encoded(solid(2600, 2600), "bmp"))
    return folder


@pytest.fixture(scope="session")
def service(pictures: Path) -> Iterator[Service]:
    """A server of two workers, for rows that leave it as it was."""
    with Service(pictures) as running:
        yield running


@pytest.fixture
def origin() -> Iterator[Origin]:
    """A source of small pictures, whatever the path; a test may set other answers."""
    with Origin({"*": origins.picture}) as running:
        yield running
