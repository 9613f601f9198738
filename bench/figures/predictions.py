"""What the model of capacity said, and what was measured: a section of docs/scaling.md."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench.figures.tables import markdown_head, markdown_row, number


@dataclass(frozen=True, slots=True)
class Prediction:
    """For one number of fetches: answers a second by the model, and those that came."""

    fetches: int
    at_least: float
    at_most: float
    answers: float

    @property
    def error(self) -> float:
        """How far outside of what the model says, as a share of it; 0 within."""
        if self.answers < self.at_least:
            return self.answers / self.at_least - 1
        return max(0.0, self.answers / self.at_most - 1)


@dataclass(frozen=True, slots=True)
class Predictions:
    """Of one run, and what was measured first."""

    about: str
    cores: int
    connections: int
    source_seconds: float
    cpu_seconds: float
    found: tuple[Prediction, ...]


def read_predictions(data: Any) -> Predictions:
    """The figures as JSON has them."""
    return Predictions(**{**data, "found": tuple(Prediction(**each) for each in data["found"])})


def predictions_section(data: Predictions) -> Iterator[str]:
    """One row for each number of fetches."""
    yield f"{data.about}; {data.connections} connections, a source of {1000 * data.source_seconds:.0f} ms and a picture of {1000 * data.cpu_seconds:.1f} ms of a core, measured first."  # noqa: E501
    yield ""
    yield from markdown_head("FETCHES", "answers a second by the model", "measured", "outside of the model by")
    for each in data.found:
        said = f"{number(each.at_least)} to {number(each.at_most)}"
        yield markdown_row(
            str(each.fetches), said, number(each.answers), f"{100 * each.error:+.0f} %" if each.error else ""
        )
