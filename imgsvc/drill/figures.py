"""What a number of answers comes to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from imgsvc.drill.client import Answer


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts, and seconds of those that were good."""

    asked: int
    good: int
    p50: float
    p95: float
    p99: float

    @property
    def share(self) -> float:
        """Good answers of all, 0 to 1; 1 where nothing was asked."""
        return self.good / self.asked if self.asked else 1.0


def figures(answers: Iterable[Answer]) -> Figures:
    """Sum up; percentiles are infinite where nothing was good."""
    found = list(answers)
    seconds = sorted(answer.seconds for answer in found if answer.is_good)
    return Figures(len(found), len(seconds), *(percentile(seconds, share) for share in (0.5, 0.95, 0.99)))


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value that `share` of the ordered values do not exceed; infinite of none."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("inf")
