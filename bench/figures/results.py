"""What was measured, and what follows from it: medians over the rounds, and ratios within them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from bench.load import Counted
from bench.origins.paced import Told
from bench.servers.answers import Answer


@dataclass(frozen=True, slots=True)
class Slice:
    """One server under one task for a short time."""

    task: str
    server: str
    round: int
    seconds: float
    cpu_seconds: float
    peak_bytes: int
    counted: Counted
    # What its origin says of itself, where that is a paced one.
    told: Told | None = None

    @property
    def rate(self) -> float:
        """Right answers a second."""
        return (self.counted.answers - self.counted.wrong) / self.seconds

    @property
    def refused_rate(self) -> float:
        """Clients a second that were told to come again."""
        return self.counted.refused / self.seconds

    @property
    def cpu_ms(self) -> float:
        """CPU time of the server for a right answer, in milliseconds; infinite where there was none."""
        right = self.counted.answers - self.counted.wrong
        return 1000 * self.cpu_seconds / right if right else float("inf")


@dataclass(frozen=True, slots=True)
class Process:
    """What a server takes before it does anything, and until it does."""

    server: str
    version: str
    idle_bytes: int
    start_seconds: float


@dataclass(slots=True)
class Results:
    """Everything of one run; filled on the way, so that an interrupted run has what it has."""

    machine: str
    date: str
    load_before: float
    connections: int
    rounds: int
    # Whom ratios are to; without one imgproxy, or the first where it is not there.
    base: str = ""
    servers: list[str] = field(default_factory=list)
    processes: list[Process] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    slices: list[Slice] = field(default_factory=list)
    # Paced origins asked without a server between.
    origins: list[Slice] = field(default_factory=list)
    # (task, server): what was wrong with its answer.
    faults: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def baseline(self) -> str:
        """Whom ratios are to."""
        return self.base or ("imgproxy" if "imgproxy" in self.servers else self.servers[0])

    @property
    def tasks(self) -> list[str]:
        """Those that were begun, in their order."""
        return list(dict.fromkeys([each.task for each in self.slices] + [task for task, _ in self.faults]))

    def of(self, task: str, server: str) -> list[Slice]:
        """The slices of one server under one task, by round."""
        return sorted((s for s in self.slices if (s.task, s.server) == (task, server)), key=lambda s: s.round)

    def middle(self, task: str, server: str, figure: Callable[[Slice], float]) -> float | None:
        """The median over the rounds."""
        return middle(figure(each) for each in self.of(task, server))

    def ratio(self, task: str, server: str, figure: Callable[[Slice], float]) -> float | None:
        """The median of the ratios to the baseline, each within its round."""
        return ratio(self.of(task, server), self.of(task, self.baseline), figure)

    def answer(self, task: str, server: str) -> Answer | None:
        """The one that was looked at."""
        return next((a for a in self.answers if (a.task, a.server) == (task, server)), None)

    def peak_bytes(self, server: str) -> int:
        """The most that a server was seen to take under any task."""
        return max((each.peak_bytes for each in self.slices if each.server == server), default=0)


def middle(figures: Iterable[float]) -> float | None:
    """The median; None of nothing."""
    found = list(figures)
    return median(found) if found else None


def ratio(ones: Sequence[Slice], others: Sequence[Slice], figure: Callable[[Slice], float]) -> float | None:
    """The median ratio of the rounds that both have; None where there is none."""
    return middle(ratios(ones, others, figure))


def ratios(ones: Sequence[Slice], others: Sequence[Slice], figure: Callable[[Slice], float]) -> list[float]:
    """Those of the rounds that both have."""
    base = {each.round: figure(each) for each in others}
    return [figure(each) / base[each.round] for each in ones if base.get(each.round)]
