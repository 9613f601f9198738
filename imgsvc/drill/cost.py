"""What the drill's own pictures cost the server: too much is load, which no promise is about."""

from collections.abc import Iterator
from dataclasses import dataclass

from imgsvc.drill.client import Target, ask
from imgsvc.drill.probe import PER_SECOND

# Of what the server can do: beyond it, good clients wait for work and not for a fault.
MOST_SHARE = 0.5
_TIMES = 3


@dataclass(frozen=True, slots=True)
class Cost:
    """The seconds that an answer takes on a quiet server."""

    picture: float = 0.0
    large: float = 0.0

    def load(self, capacity: float | None, large_per_second: float = 0.0) -> str:
        """A sentence if good clients, and so many large pictures beside them, ask for more than a server should do.

        `capacity` is how many pictures a second it has made for four clients, which tells how many it makes at once.
        """
        at_once = max(1.0, (capacity or 0.0) * self.picture)
        share = (PER_SECOND * self.picture + large_per_second * self.large) / at_once
        if share <= MOST_SHARE:
            return ""
        return f"the drill's own pictures are {share:.0%} of what the server can do: {_ADVICE}"

    def warnings(self) -> Iterator[str]:
        """What to say before a drill."""
        if self.load(None):
            yield f"the picture of --url takes {1000 * self.picture:.0f} ms: {_ADVICE}"
        if self.load(None, 1) and self.large > self.picture:
            yield f"the picture of --large-url takes {1000 * self.large:.0f} ms: {_ADVICE}"


_ADVICE = "take cheaper ones, such as a thumbnail for --url, and for --large-url a file passed on as it is with raw:1"


async def measure(target: Target, picture: str, large: str) -> Cost:
    """The best of some answers each: what is slower than that waited for something else."""

    async def best(path: str) -> float:
        return min([(await ask(target, path)).seconds for _ in range(_TIMES)])

    return Cost(await best(picture), await best(large))
