"""Does health tell the truth? What it says each second, held against what good clients got around that moment."""

import asyncio
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from imgsvc.drill.client import Answer, Target, ask

# Health may take this long to notice, both ways.
GRACE_SECONDS = 5.0
_INTERVAL_SECONDS = 1.0
# A service in which every second request fails is not well; one that loses one in a hundred is.
_ILL_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Question:
    """A health check to ask: its name in the report, and where it is."""

    name: str
    target: Target
    path: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What a health check said, and when."""

    name: str
    moment: float
    is_well: bool


class HealthWatch:
    """Asks every health check once a second. A context manager."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self._questions = questions
        self.statements: list[Statement] = []

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._ask(question)) for question in self._questions]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _ask(self, question: Question) -> None:
        while True:
            moment = time.monotonic()
            answer = await ask(question.target, question.path, GRACE_SECONDS)
            self.statements.append(Statement(question.name, moment, answer.is_good))
            await asyncio.sleep(max(0.0, moment + _INTERVAL_SECONDS - time.monotonic()))


def untruths(statements: Iterable[Statement], answers: Sequence[Answer]) -> Iterator[str]:
    """A sentence for each statement that no moment within the grace bears out."""
    for each in statements:
        shares = list(_shares(each.moment, answers))
        if not shares:
            continue
        if each.is_well and max(shares) < _ILL_SHARE:
            yield f"{each.name} said well while {max(shares):.0%} were answered"
        if not each.is_well and min(shares) == 1:
            yield f"{each.name} said ill while all were answered"


def _shares(moment: float, answers: Sequence[Answer]) -> Iterator[float]:
    """The share that was served in the grace before the moment, and in that after it; near a change they differ.

    Refusals that say when to come again count neither way: a server that sheds what is too much is well.
    """
    answers = [answer for answer in answers if not answer.may_retry]
    for start in (moment - GRACE_SECONDS, moment):
        near = [answer.is_good for answer in answers if start <= answer.started <= start + GRACE_SECONDS]
        if near:
            yield sum(near) / len(near)
