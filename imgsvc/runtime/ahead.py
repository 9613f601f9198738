"""What an application may do of a request before the worker's main thread has it: see what it wants, fetch its source.

A WSGI application that has an attribute `ahead` of this kind is served so. Any other one fetches while it is called.
"""

import math
from typing import Any, Protocol

from imgsvc.source_url import SourceUrl


class Prepared(Protocol):
    """A request that is understood and allowed, and wants a source."""

    @property
    def source(self) -> SourceUrl:
        """What is to be fetched."""

    @property
    def awaited(self) -> str:
        """The origin whose answer it waits for first: the source's, or of who gives the credentials for it."""

    @property
    def is_streamed(self) -> bool:
        """Whether the source's own answer is passed on as it comes: then its fetch ends with the last byte of that."""

    @property
    def wants_lookup(self) -> bool:
        """Whether a store that may be slow is to be asked first for what is wanted."""

    def look_up(self) -> Any:
        """What it has, or None; waits for it, and changes nothing, for nobody may wait for it any more."""

    def has_found(self, found: Any) -> bool:
        """Take what `look_up` gave, or None; whether the application needs nothing else."""

    def makes_do(self) -> bool:
        """Take what `look_up` gave though it is old; whether there is something. Nobody comes to its source in time."""

    def fetch(self, patient_seconds: float = math.inf) -> None:
        """Have the source, or the error and what stands in for it, for the application to find.

        It raises nothing but NotAtOnceError, where it would wait for longer than `patient_seconds`; it may be
        asked again.
        """

    def refuse(self, error: Exception) -> bool:
        """Let the application find this error in place of the source; whether `fetch` has something in its stead."""

    def begin(self) -> None:
        """The main thread is at it now, and waits for nobody."""

    def end(self) -> None:
        """It is answered: what was fetched is needed no more."""

    def abandon(self, status: int) -> None:
        """Let go of what was fetched: the application is not called for this request, which was answered so."""


class Ahead(Protocol):
    """Prepares requests; one for all threads of a worker."""

    def __call__(self, environ: dict[str, Any]) -> Prepared | None:
        """What is to be done before the application is called with this environment; None: nothing. Raises nothing."""

    @property
    def held_bytes(self) -> int:
        """What of sources is held in memory, or promised to."""
