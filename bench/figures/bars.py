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

# Tasks that other runs found just above or below.
ANSWERS = (Bar("J3", FEW, 1.5), Bar("J4", FEW, 1.8), Bar("W1", FEW, 1.5), Bar("M1", FEW, 1.7))


@dataclass(frozen=True, slots=True)
class Most:
    """What one large picture may take, of another server's CPU time and of its memory, or beyond the source in MiB."""

    time: float
    memory: float = 0.0
    over_source: float = 0.0


_SCANS = Most(0.7, over_source=20)
# By what is asked for (bench/large.py).
LARGE = {
    "PNG RGBA to 300": Most(0.6, 0.7),
    "PNG gray to 300": Most(0.6, 0.7),
    "PNG of 256 colors to 300": Most(0.6, 0.7),
    "PNG RGB to 300": Most(0.7, 0.7),
    "PNG RGB of 16 bits to 300": Most(0.75, 0.7),
    "PNG RGBA to 1,500": Most(0.75, 0.8),
    "PNG RGBA, a tenth of it, to 300": Most(0.75, 0.7),
    "PNG RGBA to 300, blurred": Most(0.75, 0.7),
    "PNG RGBA to 300x300 where it draws attention": Most(0.75, 0.7),
    "TIFF, LZW in strips, to 300": _SCANS,
    "TIFF, Deflate in tiles, to 300": _SCANS,
    "GIF to 300": Most(0.45, 0.4),
    "JPEG, progressive, to 300": Most(0.55, 1.0),
    "GIF of 300 frames to 200, as WebP": Most(0.6, 0.5),
    "GIF of 300 frames to 200": Most(0.6, 0.5),
}
# Four at once: of the other service's peak, and of its good answers.
TOGETHER_MEMORY, TOGETHER_ANSWERS = 0.6, 1.5

# Of the answers a second of the build before, at an origin that answers at once.
AGAINST = 0.97
AGAINST_BY_TASK = {"J5": 0.95}
# One small picture on one connection, p50 and p95.
MORE_MS = 1.0
