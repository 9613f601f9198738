"""Row F110: PDFs that are made to harm."""

from pathlib import Path

import pytest

from tests.faults.bounds import HOSTILE_SECONDS, IS_FULL, PROBE_SERVED_ALL, RESIDENT_DELTA
from tests.faults.clients import ask, ask_all, counted
from tests.faults.documents import HOPELESS, STRANGE
from tests.faults.probe import Probe
from tests.faults.processes import resident
from tests.faults.service import CAT, Service
from tests.images import encoded, quadrants

DOCUMENTS = {**HOPELESS, **STRANGE}
PDF_SECONDS, ENOUGH_SECONDS = 1, 30
# One page, and as many as may be asked for of the last ones.
OPTIONS = ("rs:fit:200:200", "pg:999999/pgs:100/rs:fit:200:200")


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("documents")


@pytest.fixture(scope="module")
def own(folder):
    """Draws PDF, for a second at most."""
    (folder / "cat.png").write_bytes(encoded(quadrants()))
    for number, made in enumerate(DOCUMENTS.values()):
        (folder / f"{number}.pdf").write_bytes(made())
    with Service(folder, enable_pdf=True, pdf_timeout=PDF_SECONDS, timeout=ENOUGH_SECONDS) as running:
        # Who draws begins with the first one.
        for _ in range(4):
            ask(running.port, CAT)
            ask(running.port, target("sides of nothing"), timeout=ENOUGH_SECONDS)
        yield running


def target(name: str, options: str = OPTIONS[0]) -> str:
    return f"/_/{options}/plain/local:///{list(DOCUMENTS).index(name)}.pdf@png"


@pytest.mark.parametrize(
    ("name", "options"), [(name, OPTIONS[0]) for name in DOCUMENTS] + [(name, OPTIONS[1]) for name in STRANGE]
)
def test_f110_a_document_ends_with_its_time_and_within_its_memory(own, record, name, options):
    before, held = own.settled(), sum(map(resident, own.workers))

    got = ask(own.port, target(name, options), timeout=ENOUGH_SECONDS)

    grown = sum(map(resident, own.workers)) - held
    record(status=got.status, ms=round(1000 * got.seconds), grown_MiB=grown >> 20)
    assert got.status in ({422} if name in HOPELESS else {200, 422})
    assert got.seconds < PDF_SECONDS + HOSTILE_SECONDS
    assert grown < RESIDENT_DELTA
    assert own.workers == before


def test_f110_meanwhile_other_sources_and_health_are_answered(own, record):
    targets = [target(name) for name in HOPELESS] * (3 if IS_FULL else 1)
    with Probe(own.port, CAT) as pictures, Probe(own.port, "/health") as health:
        got = ask_all(own.port, targets, at_once=1)

    record(statuses=counted(got), pictures=pictures.report().statuses, health=health.report().statuses)
    assert set(counted(got)) == {422}
    assert min(pictures.report().served, health.report().served) >= PROBE_SERVED_ALL
