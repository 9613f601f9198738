"""Figures as a run would find them."""

from bench.figures.results import Results, Slice
from bench.load import Counted


def slice_of(server: str, number: int, answers: int, **others) -> Slice:
    """Two seconds, a second of CPU time; 503 for the wrong ones."""
    wrong = others.pop("wrong", 0)
    statuses = {"503": wrong} if wrong else {}
    p50, p95 = others.pop("p50_ms", 10.0), others.pop("p95_ms", 20.0)
    counted = Counted(answers, wrong, bytes=0, failed=0, p50_ms=p50, p95_ms=p95, statuses=statuses)
    usual = {"task": "J1", "seconds": 2.0, "cpu_seconds": 1.0, "peak_bytes": 0}
    return Slice(server=server, round=number, counted=counted, **(usual | others))


def results(*slices: Slice, servers: tuple[str, ...] = ("imgsvc", "imgproxy"), base: str = "") -> Results:
    """Of a run of these slices."""
    return Results("a machine", "2026-11-28", 0.0, 8, 3, base=base, servers=list(servers), slices=list(slices))
