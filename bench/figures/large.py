"""What large pictures take, one by one and several at once, what is beyond its bound, and both sections of docs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench.figures.bars import LARGE, TOGETHER_ANSWERS, TOGETHER_MEMORY
from bench.figures.tables import markdown_head, markdown_row, number


@dataclass(frozen=True, slots=True)
class Taken:
    """By one server: MiB at most over what it held before, and CPU milliseconds of each round."""

    mebibytes: float
    cpu_ms: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class LargeRow:
    """One picture asked of both servers, whose rounds took turns; the source's bytes are in what it takes."""

    name: str
    source_mebibytes: float
    imgsvc: Taken
    imgproxy: Taken

    @property
    def memory(self) -> float:
        """Of imgproxy's."""
        return self.imgsvc.mebibytes / self.imgproxy.mebibytes if self.imgproxy.mebibytes else 0.0

    @property
    def time(self) -> float:
        """Of imgproxy's, the median of the rounds."""
        pairs = zip(self.imgsvc.cpu_ms, self.imgproxy.cpu_ms, strict=True)
        return median(ours / theirs for ours, theirs in pairs)

    def beyond(self) -> Iterator[str]:
        """What of it is more than is wanted."""
        most = LARGE[self.name]
        if most.memory and self.memory > most.memory:
            yield f"memory ×{self.memory:.2f} of imgproxy's, at most ×{most.memory:g} is wanted"
        over = self.imgsvc.mebibytes - self.source_mebibytes
        if most.over_source and over > most.over_source:
            yield f"memory {over:.0f} MiB more than the source, at most {most.over_source:g} are wanted"
        if self.time > most.time:
            yield f"time ×{self.time:.2f} of imgproxy's, at most ×{most.time:g} is wanted"


@dataclass(frozen=True, slots=True)
class Large:
    """One run."""

    about: str
    rows: tuple[LargeRow, ...]

    def beyond(self) -> Iterator[str]:
        """A line for everything that is more than is wanted."""
        return (f"{row.name}: {what}" for row in self.rows for what in row.beyond())


@dataclass(frozen=True, slots=True)
class Crowd:
    """What one service gave in so many seconds, and took."""

    answers: int
    wrong: int
    cpu_seconds: float
    peak_mebibytes: float


@dataclass(frozen=True, slots=True)
class Together:
    """Several large pictures at once, in slices that took turns."""

    about: str
    seconds: float
    connections: int
    imgsvc: Crowd
    imgproxy: Crowd

    @property
    def memory(self) -> float:
        """Of imgproxy's."""
        return self.imgsvc.peak_mebibytes / self.imgproxy.peak_mebibytes if self.imgproxy.peak_mebibytes else 0.0

    @property
    def goodput(self) -> float:
        """Of imgproxy's."""
        good = self.imgproxy.answers - self.imgproxy.wrong
        return (self.imgsvc.answers - self.imgsvc.wrong) / good if good else 0.0

    def beyond(self) -> Iterator[str]:
        """A line for what is not as it is wanted."""
        if self.memory > TOGETHER_MEMORY:
            yield f"at once: memory ×{self.memory:.2f} of imgproxy's, at most ×{TOGETHER_MEMORY:g} is wanted"
        if self.goodput < TOGETHER_ANSWERS:
            yield f"at once: good answers ×{self.goodput:.2f} of imgproxy's, at least ×{TOGETHER_ANSWERS:g} is wanted"


def read_large(data: Mapping[str, Any]) -> Large:
    """The figures as JSON has them."""
    return Large(data["about"], tuple(_row(each) for each in data["rows"]))


def _row(data: Mapping[str, Any]) -> LargeRow:
    taken = {name: Taken(data[name]["mebibytes"], tuple(data[name]["cpu_ms"])) for name in ("imgsvc", "imgproxy")}
    return LargeRow(**{**data, **taken})


def read_together(data: Mapping[str, Any]) -> Together:
    """The figures as JSON has them."""
    return Together(**{**data, "imgsvc": Crowd(**data["imgsvc"]), "imgproxy": Crowd(**data["imgproxy"])})


def large_section(data: Large) -> Iterator[str]:
    """One row for each picture."""
    yield f"{data.about}."
    yield ""
    yield from markdown_head(
        "source and pixels of the result", "MiB, imgsvc", "imgproxy", "wanted", "CPU ms, imgsvc", "imgproxy", "wanted",
        "reached",
    )  # fmt: skip
    for row in data.rows:
        most = LARGE[row.name]
        wanted = f"{row.source_mebibytes + most.over_source:.0f}" if most.over_source else f"×{most.memory:g}"
        yield markdown_row(
            f"{row.name}, {row.source_mebibytes:.0f} MiB",
            *(f"×{row.memory:.2f} {row.imgsvc.mebibytes:.0f}", f"{row.imgproxy.mebibytes:.0f}", wanted),
            *(f"×{row.time:.2f} {_middle(row.imgsvc)}", _middle(row.imgproxy), f"×{most.time:g}"),
            "no" if any(row.beyond()) else "yes",
        )


def together_section(data: Together) -> Iterator[str]:
    """One row for each server."""
    yield f"{data.about}; {data.connections} at once, {data.seconds:g} s of each server."
    yield ""
    yield from markdown_head("server", "good answers", "others", "CPU ms a good answer", "MiB at most (PSS)")
    for name, crowd in (("imgsvc", data.imgsvc), ("imgproxy", data.imgproxy)):
        good = crowd.answers - crowd.wrong
        cpu_ms = f"{1000 * crowd.cpu_seconds / good:.0f}" if good else ""
        yield markdown_row(name, str(good), str(crowd.wrong), cpu_ms, f"{crowd.peak_mebibytes:.0f}")
    yield ""
    yield from markdown_head("of imgproxy's", "found", "wanted", "reached")
    is_small, is_fast = data.memory <= TOGETHER_MEMORY, data.goodput >= TOGETHER_ANSWERS
    yield markdown_row("MiB", f"×{data.memory:.2f}", f"at most ×{TOGETHER_MEMORY:g}", _yes(is_small))
    yield markdown_row("good answers", f"×{data.goodput:.2f}", f"at least ×{TOGETHER_ANSWERS:g}", _yes(is_fast))


def _middle(taken: Taken) -> str:
    return number(median(taken.cpu_ms))


def _yes(is_reached: bool) -> str:
    return "yes" if is_reached else "no"
