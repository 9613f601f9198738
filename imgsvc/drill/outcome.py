"""What became of a scene: its figures, what was held, whether health told the truth, and which promises were broken."""

from dataclasses import dataclass, replace

from imgsvc.drill.figures import Figures

# Beside this much, a ratio of two short times says nothing.
SLACK_SECONDS = 0.25
SERVED_SHARE = 0.99
P95_RATIO = 2.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """One row of the report; `skipped` says why nothing was played.

    `unclear` is what would be broken if the drill's own load were not the reason, `load` that load.
    """

    name: str
    figures: Figures = Figures(0, 0, 0.0, 0.0, 0.0)
    capacity: float | None = None
    held: str = ""
    lies: tuple[str, ...] = ()
    is_health_known: bool = False
    broken: tuple[str, ...] = ()
    skipped: str = ""
    load: str = ""
    unclear: tuple[str, ...] = ()

    def judged(self, quiet: "Outcome", allowance_seconds: float = 0.0) -> "Outcome":
        """With the promises that every scene makes: good clients are served, about as fast as when it is quiet."""
        slow = []
        if self.figures.share < SERVED_SHARE:
            slow.append(f"{self.figures.share:.1%} of good requests were answered, not {SERVED_SHARE:.0%}")
        bound = max(P95_RATIO * quiet.figures.p95, quiet.figures.p95 + SLACK_SECONDS) + allowance_seconds
        if self.figures.p95 > bound:
            slow.append(f"p95 was {1000 * self.figures.p95:.0f} ms, over {1000 * bound:.0f} ms")
        if self.load:
            return replace(self, unclear=tuple(slow), broken=(*self.broken, *self.lies))
        return replace(self, broken=(*slow, *self.broken, *self.lies))
