"""The tasks: which source, what is asked of it in each server's own words, what must come back."""

from dataclasses import dataclass, replace
from urllib.parse import quote

from bench.origins.paced import AT_ONCE, BUCKET, Pace

# In a path: three digits, others in each request (bench/wrk.lua).
OTHER = "{other}"


@dataclass(frozen=True, slots=True)
class Task:
    """One picture made into another; a mix has parts instead."""

    name: str
    meaning: str
    source: str = ""
    # Of the result; a height of 0 keeps the ratio.
    width: int = 0
    height: int = 0
    format: str = "jpeg"
    quality: int = 0
    crops: bool = False
    parts: tuple[str, ...] = ()
    pace: Pace = AT_ONCE
    # 0 takes the command line's.
    connections: int = 0

    def imgproxy_path(self, origin: str) -> str:
        """As imgproxy and imgsvc are asked."""
        size = f"rs:{'fill' if self.crops else 'fit'}:{self.width}:{self.height}"
        quality = f"/q:{self.quality}" if self.quality else ""
        word = "jpg" if self.format == "jpeg" else self.format
        place = f"s3://{BUCKET}" if self.pace.is_bucket else origin
        return f"/unsafe/{size}{quality}/plain/{place}/{self.source}@{word}"

    def thumbor_path(self, origin: str) -> str:
        """As thumbor is asked."""
        quality = f":quality({self.quality})" if self.quality else ""
        source = quote(f"{origin}/{self.source}", safe="")
        return f"/unsafe/{self.width}x{self.height or ''}/filters:format({self.format}){quality}/{source}"

    def ipx_path(self, origin: str) -> str:
        """As ipx is asked."""
        quality = f",q_{self.quality}" if self.quality else ""
        size = f"s_{self.width}x{self.height},fit_{'cover' if self.crops else 'inside'}" if self.height else ""
        return f"/f_{self.format}{quality},{size or f'w_{self.width}'}/{origin}/{self.source}"

    def oximg_path(self, _origin: str) -> str:
        """As oximg is asked, which has its origin by itself; empty where it has no word for what is wanted.

        What is asked for at once in one way it makes once for all. So each request is another one: the width decides,
        and no result is nearly as high.
        """
        if self.crops or self.pace != AT_ONCE:
            return ""
        quality = f",quality={self.quality}" if self.quality else ""
        return f"/image/width={self.width},height=7{OTHER}{quality},format={self.format}/{self.source}"


TASKS = (
    Task("J1", "JPEG 2560x1600 -> 500w JPEG q80", "j1.jpg", 500, quality=80),
    Task("J2", "JPEG 2725x2225 -> 720x588 JPEG q80", "j2.jpg", 720, 588, quality=80),
    Task("J3", "JPEG 1680x1050 -> 500w WebP q79", "j3.jpg", 500, format="webp", quality=79),
    Task("J4", "progressive JPEG 3840x2160, 8.5 MB -> 800w JPEG q80", "j4.jpg", 800, quality=80),
    Task("J5", "JPEG 500x408 -> 100w JPEG q80: the overhead", "j5.jpg", 100, quality=80),
    Task("J6", "JPEG 2560x1600 -> 300x300 center crop, JPEG q80", "j1.jpg", 300, 300, quality=80, crops=True),
    Task("P1", "PNG RGBA 1920x1200 -> 500w PNG", "p1.png", 500, format="png"),
    Task("W1", "WebP 4096x4096 -> 500w JPEG q80", "w1.webp", 500, quality=80),
    Task("A1", "JPEG 2560x1600 -> 500w AVIF q63", "j1.jpg", 500, format="avif", quality=63),
    Task("M1", "J1 to J6 in turn", parts=("J1", "J2", "J3", "J4", "J5", "J6")),
)

# What users have besides; measured where it is asked for.
OTHERS = (
    Task("O1", "JPEG 4000x3000 -> 1200w JPEG q80", "large.jpg", 1200, quality=80),
    Task("O2", "progressive JPEG 4000x3000 -> 250w JPEG q80", "progressive.jpg", 250, quality=80),
    Task("O3", "gray JPEG 2725x2225 -> 600w JPEG q80", "gray.jpg", 600, quality=80),
    Task("O4", "CMYK JPEG 2725x2225 -> 600w JPEG q80", "cmyk.jpg", 600, quality=80),
    Task("O5", "JPEG 2560x1600 -> 500w PNG", "j1.jpg", 500, format="png"),
    Task("O6", "PNG RGB 1920x1200 -> 500w PNG", "rgb.png", 500, format="png"),
    Task("O7", "PNG gray 1920x1200 -> 500w PNG", "gray.png", 500, format="png"),
    Task("O8", "PNG of 256 colors 1920x1200 -> 500w PNG", "palette.png", 500, format="png"),
    Task("O9", "PNG RGBA 1920x1200 -> 1200w PNG", "p1.png", 1200, format="png"),
    Task("O10", "PNG RGBA 1920x1200 -> 500w WebP q79", "p1.png", 500, format="webp", quality=79),
    Task("O11", "WebP 1920x1200 -> 1200w WebP q79", "photo.webp", 1200, format="webp", quality=79),
    Task("O12", "GIF 1920x1200 -> 500w JPEG q80", "still.gif", 500, quality=80),
    Task("O13", "GIF 480x360 of 24 frames -> its first, 200w GIF", "frames.gif", 200, format="gif"),
    Task("O14", "AVIF 1920x1200 -> 500w JPEG q80", "photo.avif", 500, quality=80),
)

_FAR, _FARTHER, _THIN = Pace(0.2), Pace(1.0), Pace(bits_per_second=20_000_000)


def _waiting(name: str, source: str, pace: Pace, connections: int) -> Task:
    meaning = f"JPEG 2560x1600 -> 500w, origin {pace}, {connections} connections"
    return Task(name, meaning, source, 500, quality=80, pace=pace, connections=connections)


# Where the source is what takes the time; the last is what 64 connections do without that.
ORIGINS = (
    _waiting("S1", "j1.jpg", _FAR, 8),
    _waiting("S2", "j1.jpg", _FAR, 64),
    _waiting("S3", "j1.jpg", _FARTHER, 8),
    _waiting("S4", "j1.jpg", _FARTHER, 64),
    _waiting("S5", "megabyte.jpg", _THIN, 8),
    _waiting("S6", "megabyte.jpg", _THIN, 64),
    Task("M2", "J1 to J6 in turn, 64 connections", parts=("J1", "J2", "J3", "J4", "J5", "J6"), connections=64),
)

# The same of an object store, which the servers ask in its own way.
_STORE = Pace(0.1, is_bucket=True)
BUCKETS = (_waiting("B1", "j1.jpg", _STORE, 8), _waiting("B2", "j1.jpg", _STORE, 64))

# Asked one at a time: nobody waits but for the answer itself.
ALONE = Task("L1", "J5 on one connection: the latency", parts=("J5",), connections=1)

# Three seconds of a line each; what is measured is the memory.
_HEAVY = Pace(bits_per_second=60_000_000)
_H1 = Task("H1", "JPEG of 20 MB, 32 connections", "heavy.jpg", 500, quality=80, pace=_HEAVY, connections=32)
HEAVY = (
    _H1,
    replace(_H1, name="H2", meaning=f"{_H1.meaning}, its length unsaid", pace=replace(_HEAVY, is_chunked=True)),
)

BY_NAME = {task.name: task for task in (*TASKS, *OTHERS, *ORIGINS, *BUCKETS, ALONE, *HEAVY)}


def parts_of(task: Task) -> tuple[Task, ...]:
    """The tasks that a mix is made of; of any other, itself."""
    return tuple(BY_NAME[name] for name in task.parts) or (task,)
