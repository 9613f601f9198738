"""What is wanted of a measurement: ratios to another server in the same run, and nobody refused."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """So many times the answers a second of another server; and, where it is said, nobody refused."""

    task: str
    against: str
    at_least: float
    refuses_nobody: bool = True


FEW, MANY = "imgproxy", "imgproxy, 64 workers"

# Origins that take their time, and many connections.
ORIGINS = (
    Bar("S1", FEW, 1.9),
    Bar("S2", FEW, 5.0),
    Bar("S2", MANY, 1.25),
    Bar("S4", MANY, 1.15),
    Bar("S6", MANY, 1.3),
    Bar("M2", FEW, 1.5, refuses_nobody=False),
    # Of a store
    Bar("B2", MANY, 1.3),
)

# Of the answers a second of the build before, at an origin that answers at once.
AGAINST = 0.97
AGAINST_BY_TASK = {"J5": 0.95}
# One small picture on one connection, p50 and p95.
MORE_MS = 1.0
