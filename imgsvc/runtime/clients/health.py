"""Whether this worker is well, in the words that the application and the connection thread both use.

The thread answers for a worker that is busy: no queue, no overload and no age makes a server ill that serves.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from imgsvc.runtime.board.layout import Counter
from imgsvc.runtime.board.verdict import CANARY_HEADER, is_lost
from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.clients.refusals import Refusals
from imgsvc.runtime.http.answers import words
from imgsvc.runtime.http.heads import read_head
from imgsvc.runtime.http.health_checks import HealthChecks

# A flood of checks makes no more pictures than one a second.
_PROVED_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class HealthAnswer:
    """What who asks for health is told."""

    status: int
    text: str
    headers: Mapping[str, str]


def well() -> HealthAnswer:
    """That it is, in the operator's words."""
    return HealthAnswer(200, words().health, {"Cache-Control": "no-cache"})


NOT_READY = HealthAnswer(503, "imgsvc is not ready", {"Cache-Control": "no-store", "Retry-After": "1"})


# NOTE: gunicorn loads the worker's class, and with it this module, before it sets `raw_env`, which OpenMP reads where
# Pillow is loaded: so who makes pictures says how that is proved.
_proofs: list[Callable[[], object]] = []


def proved_by(proof: Callable[[], object]) -> None:
    """Have workers prove by it that they can make pictures; it raises where they cannot."""
    _proofs[:] = [proof]


def prove() -> None:
    """Raise where this process cannot make a picture."""
    for proof in _proofs:
        proof()


class HealthResponder:
    """Of one worker's connection thread; it tells the truth of the worker that it is a part of."""

    def __init__(
        self,
        checks: HealthChecks,
        refusals: Refusals,
        proof: Callable[[], object] = prove,
        lost: Callable[[], bool] = is_lost,
    ) -> None:
        self._checks = checks
        self._refusals = refusals
        self._proof = proof
        self._lost = lost
        self._proved_until = 0.0

    def is_asked_by(self, connection: Connection) -> bool:
        """Whether it asks for health, as far as it is there."""
        return self._checks.is_asked_by(connection.received)

    def is_canary(self, connection: Connection) -> bool:
        """Whether it is the observer's, by which is found whether workers work: only a worker's own answer will do."""
        return self.is_asked_by(connection) and CANARY_HEADER in read_head(connection.received).headers

    def answer(self, connection: Connection) -> None:
        """Answer a health check that is there whole; the caller sees it off."""
        if self._lost():
            self._refusals.tell_health(connection, NOT_READY.status, NOT_READY.text, NOT_READY.headers)
            return
        try:
            self._prove()
        except Exception as error:  # noqa: BLE001 (whatever it is, no picture can be made)
            self._refusals.refuse(connection, Counter.FAILED, 500, error=f"{type(error).__name__}: {error}")
            return
        is_well = well()
        self._refusals.tell_health(connection, is_well.status, is_well.text, is_well.headers)

    def _prove(self) -> None:
        now = time.monotonic()
        if now >= self._proved_until:
            self._proof()
            self._proved_until = now + _PROVED_SECONDS
