"""What came of a run so far, in numbers that do not grow with the catalogue."""

import heapq
from collections import Counter
from collections.abc import Mapping

from imgsvc.warming.units import Outcome, Status

SLOWEST = 10
# Of what failed so many are shown; the manifest has them all.
SHOWN_FAILURES = 100


class Summary:
    """Counts, the slowest, and the first that failed."""

    def __init__(self) -> None:
        self.counts: Counter[Status] = Counter()
        self.causes: Counter[str] = Counter()
        self.renditions = self.cached = self.source_bytes = self.rendition_bytes = self.saved_bytes = 0
        self.bytes_by_wish: Counter[str] = Counter()
        self.failures: list[Outcome] = []
        self._slowest: list[tuple[float, int, str]] = []

    def add(self, outcome: Outcome) -> None:
        """Count the end of a unit."""
        self.counts[outcome.status] += 1
        self.renditions += len(outcome.made)
        self.cached += outcome.cached
        self.source_bytes += outcome.source_bytes
        self.rendition_bytes += sum(outcome.made.values())
        self.saved_bytes += outcome.saved_bytes
        self.bytes_by_wish.update(outcome.made)
        if outcome.error:
            self.causes[outcome.error] += 1
            if len(self.failures) < SHOWN_FAILURES:
                self.failures.append(outcome)
        entry = (outcome.seconds, -self.units, outcome.source)
        (heapq.heappush if len(self._slowest) < SLOWEST else heapq.heappushpop)(self._slowest, entry)

    @property
    def units(self) -> int:
        """How many came to an end."""
        return self.counts.total()

    @property
    def slowest(self) -> list[tuple[float, str]]:
        """Seconds and source of those that took longest, the slowest first."""
        return [(seconds, source) for seconds, _, source in sorted(self._slowest, reverse=True)]

    def told(self, seconds: float) -> Mapping[str, object]:
        """As JSON says it."""
        return {
            "seconds": round(seconds, 1),
            **{each.value: self.counts[each] for each in Status if each is not Status.PUT_OFF},
            "causes": dict(self.causes.most_common()),
            "renditions": self.renditions,
            "cached": self.cached,
            "source_bytes": self.source_bytes,
            "rendition_bytes": self.rendition_bytes,
            "saved_bytes": self.saved_bytes,
            "bytes": dict(self.bytes_by_wish),
            "slowest": [{"source": source, "seconds": seconds} for seconds, source in self.slowest],
            "failures": [
                {"source": each.source, "status": each.status, "error": each.error, "says": each.says}
                for each in self.failures
            ],
        }
