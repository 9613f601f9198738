"""How many fetches a worker needs for an origin, and what so many cores give: a model, no measurement.

python -m bench.capacity    prints the tables of docs/scaling.md

A worker is a closed network of two stations: its fetch threads, each busy for as long as a source takes, and its main
thread, which makes one picture at a time. Its product form (Gordon and Newell, 1967) takes all times as exponential and
so says what there is at least; the bounds that follow from Little's law say what there is at most. Sources and pictures
that always take the same time come near the bounds.
"""

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass

# Of what it could do, a worker that waits for nothing to speak of.
NEARLY_ALL = 0.95
_MOST_FETCHES = 4096
_LARGE = 1e100


@dataclass(frozen=True, slots=True)
class Work:
    """One picture: how long its source takes to the last byte, and how much of a core all of it takes."""

    source_seconds: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers a second, at least and at most."""

    at_least: float
    at_most: float


def of_worker(work: Work, fetches: int, clients: float = math.inf) -> Answers:
    """What a worker with a core to itself gives to so many clients, each of whom asks again when it is answered."""
    in_hand = min(clients, most_in_hand(fetches))
    bounds = (
        1 / work.cpu_seconds,
        fetches / work.source_seconds if work.source_seconds else math.inf,
        in_hand / (work.source_seconds + work.cpu_seconds),
    )
    whole, part = int(in_hand), in_hand % 1
    at_least = (1 - part) * _closed(work, fetches, whole) + part * _closed(work, fetches, whole + 1)
    return Answers(at_least, min(bounds))


def most_in_hand(fetches: int) -> int:
    """Of one origin: those that are fetched, as many that are ready, and the one that is made."""
    return 2 * fetches + 1


def of_machine(work: Work, cores: int, fetches: int, clients: float = math.inf) -> Answers:
    """What a worker for each core gives."""
    one = of_worker(work, fetches, clients / cores)
    return Answers(cores * one.at_least, cores * one.at_most)


def needed(work: Work, share: float = NEARLY_ALL) -> int:
    """The fewest fetches with which a worker gives this share of what its core could at least."""
    fetches = max(1, math.floor(share * work.source_seconds / work.cpu_seconds))
    while fetches < _MOST_FETCHES and of_worker(work, fetches).at_least < share / work.cpu_seconds:
        fetches += 1
    return fetches


def _closed(work: Work, fetches: int, in_hand: int) -> float:
    """Answers a second of the closed network: the main thread works unless all that is in hand is being fetched."""
    ratio = work.source_seconds / work.cpu_seconds
    # Of each number at the fetch threads, how much likelier it is than none.
    weights = [1.0]
    for there in range(1, in_hand + 1):
        weights.append(weights[-1] * ratio / min(there, fetches))
        # Only their ratios count, and they grow beyond any number.
        weights = [each / weights[-1] for each in weights] if weights[-1] > _LARGE else weights
    return (1 - weights[-1] / sum(weights)) / work.cpu_seconds


_SOURCES = (0.03, 0.1, 0.2, 0.5, 1.0, 2.0)
_PICTURES = (0.0025, 0.005, 0.01, 0.02, 0.05)
_CORES = (2, 16, 64, 256)
_FETCHES = 32


def tables() -> Iterator[str]:
    """Markdown: fetches that are needed, then what many cores give."""
    yield f"| source takes | {' | '.join(f'{1000 * each:g} ms of a core' for each in _PICTURES)} |"
    yield f"|---|{'---|' * len(_PICTURES)}"
    for source in _SOURCES:
        cells = (str(needed(Work(source, each))) for each in _PICTURES)
        yield f"| {1000 * source:g} ms | {' | '.join(cells)} |"
    yield ""
    yield f"| source takes | {' | '.join(f'{cores} cores' for cores in _CORES)} |"
    yield f"|---|{'---|' * len(_CORES)}"
    for source in _SOURCES:
        found = (of_machine(Work(source, 0.01), cores, _FETCHES) for cores in _CORES)
        yield f"| {1000 * source:g} ms | {' | '.join(_range(each) for each in found)} |"


def _range(found: Answers) -> str:
    low, high = f"{found.at_least:.0f}", f"{found.at_most:.0f}"
    return low if low == high else f"{low} to {high}"


if __name__ == "__main__":
    sys.stdout.write("".join(f"{line}\n" for line in tables()))
