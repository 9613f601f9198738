"""A good client: it asks for one small picture again and again, and is what every fault is measured by."""

import asyncio
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

from imgsvc.drill.client import Answer, Target, ask
from imgsvc.drill.figures import Figures, figures

PER_SECOND = 10
PATIENCE_SECONDS = 5.0


class Probe:
    """Open loop: a slow answer does not keep the next request from being sent. A context manager."""

    def __init__(self, target: Target, path: str, per_second: float = PER_SECOND) -> None:
        self._target, self._path, self._interval = target, path, 1 / per_second
        self._tasks: set[asyncio.Task[None]] = set()
        self.answers: list[Answer] = []

    async def __aenter__(self) -> Self:
        self._loop = asyncio.create_task(self._run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.cancel()
        with suppress(asyncio.CancelledError):
            await self._loop
        if kind is not None:
            for task in self._tasks:
                task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self) -> None:
        at = time.monotonic()
        while True:
            await asyncio.sleep(max(0.0, at - time.monotonic()))
            task = asyncio.create_task(self._ask())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            at += self._interval

    async def _ask(self) -> None:
        self.answers.append(await ask(self._target, self._path, PATIENCE_SECONDS))

    def figures(self) -> Figures:
        """What its answers come to so far."""
        return figures(self.answers)


async def goodput(target: Target, path: str, seconds: float, clients: int = 4) -> float:
    """Good answers a second to so many clients, each of which asks for the next when it has the last."""
    end = time.monotonic() + seconds

    async def client() -> int:
        good = 0
        while time.monotonic() < end:
            good += (await ask(target, path, PATIENCE_SECONDS)).is_good
        return good

    return sum(await asyncio.gather(*(client() for _ in range(clients)))) / seconds
