"""The stage that every scene is played on: the server, its good client, its health checks, and the bounds."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from imgsvc.drill.client import Answer, Target
from imgsvc.drill.cost import Cost
from imgsvc.drill.health import HealthWatch, Question, untruths
from imgsvc.drill.outcome import Outcome
from imgsvc.drill.probe import Probe, goodput

MEASURING_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Stage:
    """What a scene may use. `picture` and `large` are paths; `sign` makes one of options and a source."""

    target: Target
    picture: str
    large: str
    seconds: float
    questions: tuple[Question, ...]
    sign: Callable[[str], str]
    is_local: bool = True
    # With their slashes: such options the server may take, one of them.
    options: tuple[str, ...] = ("/rs:fit:16:16",)
    cost: Cost = Cost()

    @asynccontextmanager
    async def watched(self) -> AsyncIterator["Watched"]:
        """A good client and the health checks, while the body runs."""
        async with HealthWatch(self.questions) as health, Probe(self.target, self.picture) as probe:
            yield Watched(self, health, probe)

    async def pause(self, share: float = 1.0) -> None:
        """Let that share of the scene's time pass."""
        await asyncio.sleep(share * self.seconds)

    async def goodput(self) -> float:
        """Good answers a second to four clients, measured briefly."""
        return await goodput(self.target, self.picture, min(MEASURING_SECONDS, self.seconds))


@dataclass(frozen=True, slots=True)
class Watched:
    """A scene while it is played."""

    stage: Stage
    health: HealthWatch
    probe: Probe

    def outcome(self, name: str, *, capacity: float | None = None, held: str = "", load: str = "") -> Outcome:
        """What has become of it."""
        answers: list[Answer] = self.probe.answers
        lies = tuple(dict.fromkeys(untruths(self.health.statements, answers)))
        return Outcome(name, self.probe.figures(), capacity, held, lies, bool(self.health.statements), load=load)
