"""What a trace of a request is to the rest of the program, which knows nothing of the SDK behind it."""

from collections.abc import Mapping
from typing import Protocol

Attributes = Mapping[str, str | int]


class Trace(Protocol):
    """The spans of one request; scope.py tells it of the stages."""

    @property
    def trace_id(self) -> str:
        """Its id, for the log."""

    def waits(self) -> None:
        """It waits for somebody to go on with it: from its arrival, and again where this is said."""

    def goes_on(self) -> None:
        """It waits no more; a stage that begins says so as well."""

    def enter(self, stage: str, peer: str = "") -> None:
        """A stage begins, or a part of one: of `peer`, where that is another than the source."""

    def leave(self, stage: str, error: BaseException | None) -> None:
        """What began last is over, by this error if there is one."""

    def beside(self, what: str, peer: str, began: float, ended: float, error: BaseException | None) -> None:
        """Something went on beside the stages, between two moments on time.monotonic()."""

    def headers(self) -> Mapping[str, str]:
        """What a source is told of the stage, where that is wanted; names are lower case."""

    def end(self, attributes: Attributes, status: int, error: Exception | None) -> None:
        """The request is over; a second time does nothing. A trace that never ends is never sent."""


class Traces(Protocol):
    """Begins traces."""

    def begin(self, headers: Mapping[str, str], started: float) -> Trace:
        """The trace of a request with these headers (lower case), which arrived then, on time.monotonic()."""
