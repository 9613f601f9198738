"""Sources that change, go and fail while many ask for their pictures, and what may be answered of them at what time.

A picture is of one color, which says whose it is and of which version; so an answer tells by itself what it is.
"""

import io
import random
import re
import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from email.utils import formatdate

from PIL import Image

from tests.faults.clients import Answer, ask
from tests.images import encoded, solid
from tests.misbehaving import Exchange, closes_at_once, not_found, response, says
from tests.waiting import eventually

_GONE = 0
# An hour that Last-Modified counts its seconds from: a version each.
_EPOCH = 1_700_000_000
REFUSED = "of what is kept, or while the origin answers"
SIZES = ((5, 3), (7, 4), (9, 2))


@dataclass(frozen=True, slots=True)
class Kind:
    """What an origin says of a source: validators of a version, and how long it is good; None: it does not say."""

    name: str
    told: Callable[[int], Mapping[str, str]]
    lifetime: int | None = None
    is_kept: bool = True


BRIEF_SECONDS = 3
KINDS = (
    Kind("tagged", lambda version: {"ETag": f'"{version}"'}),
    Kind("dated", lambda version: {"Last-Modified": _date(version)}),
    Kind("both", lambda version: {"ETag": f'"{version}"', "Last-Modified": _date(version)}),
    Kind("plain", lambda _version: {}),
    Kind("asked", lambda version: {"ETag": f'"{version}"', "Cache-Control": "no-cache"}, 0),
    Kind("brief", lambda version: {"ETag": f'"{version}"', "Cache-Control": f"max-age={BRIEF_SECONDS}"}, BRIEF_SECONDS),
    Kind("unkept", lambda version: {"ETag": f'"{version}"', "Cache-Control": "no-store"}, 0, is_kept=False),
)
NAMES = tuple(f"{kind.name}-{number}" for kind in KINDS for number in range(4))


def kind_of(name: str) -> Kind:
    """Of a source."""
    return next(kind for kind in KINDS if name.startswith(f"{kind.name}-"))


def _date(version: int) -> str:
    return formatdate(_EPOCH + version, usegmt=True)


class Sources:
    """The origin's answers, by what is there at the moment; and what was there when."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._moments = {name: [0.0] for name in NAMES}
        self._versions = {name: [1] for name in NAMES}
        self._newest = dict.fromkeys(NAMES, 1)
        self.outages: list[tuple[float, float]] = []

    def __call__(self, exchange: Exchange) -> None:
        name = exchange.target.removeprefix("/").removesuffix(".png")
        with self._lock:
            version, is_down = self._versions[name][-1], self._is_down
        if is_down:
            random.choice((says(b"", 503), says(b"", 500), closes_at_once))(exchange)
        elif version == _GONE:
            not_found(exchange)
        else:
            self._serve(exchange, name, version)

    def _serve(self, exchange: Exchange, name: str, version: int) -> None:
        told, asked = dict(kind_of(name).told(version)), exchange.headers
        conditions = {"if-none-match": told.get("ETag"), "if-modified-since": told.get("Last-Modified")}
        # RFC 9110 13.2.2: a tag outweighs a date.
        known = next((name for name, own in conditions.items() if own and name in asked), "")
        if known and asked[known] == conditions[known]:
            exchange.send(response(b"", 304, Content_Length="", **told))
        else:
            picture = encoded(solid(20, 12, color=(NAMES.index(name), version, 255 - version)))
            exchange.send(response(picture, Content_Type="image/png", **told))

    @property
    def _is_down(self) -> bool:
        return bool(self.outages) and self.outages[-1][1] == float("inf")

    def change(self, name: str) -> None:
        """Let there be another one."""
        with self._lock:
            self._newest[name] += 1
            self._is_now(name, self._newest[name])

    def remove(self, name: str) -> None:
        """Let there be none."""
        with self._lock:
            self._is_now(name, _GONE)

    def _is_now(self, name: str, version: int) -> None:
        self._moments[name].append(time.monotonic())
        self._versions[name].append(version)

    def fail(self) -> None:
        """From now on it answers nobody."""
        with self._lock:
            self.outages.append((time.monotonic(), float("inf")))

    def recover(self) -> None:
        """It answers again."""
        with self._lock:
            self.outages[-1] = (self.outages[-1][0], time.monotonic())

    def now(self, name: str) -> int:
        """The version that is there."""
        return self._versions[name][-1]

    def has_failed(self, since: float, until: float) -> bool:
        """Whether it was down at any moment between these."""
        return any(began <= until and since <= ended for began, ended in self.outages)

    def between(self, name: str, since: float, until: float) -> set[int]:
        """The versions that were there at any moment between these; 0: it was gone."""
        moments = self._moments[name]
        return set(self._versions[name][max(0, bisect_right(moments, since) - 1) : bisect_right(moments, until)])


@dataclass(frozen=True, slots=True)
class Asked:
    """One request and its answer; `known` is the version that its client said it has."""

    name: str
    size: tuple[int, int]
    answer: Answer
    known: int = 0

    @property
    def until(self) -> float:
        return self.answer.started + self.answer.seconds


@dataclass(frozen=True, slots=True)
class Promise:
    """For how long what is kept may be answered, in seconds; of pictures, of refusals, and of what stands in."""

    fresh: float = 0.0
    # What a cache in front adds: to all, to sources with a lifetime of their own, to 404, to 5xx, to what stands in.
    cached: float = 0.0
    own: float = 0.0
    gone: float = 0.0
    failed: float = 0.0
    stood_in: float = 0.0

    def of(self, kind: Kind) -> float:
        """How old a picture of a source of this kind may be."""
        return self.fresh + self.cached if kind.lifetime is None else kind.lifetime + self.own


def fault_in(asked: Asked, sources: Sources, promise: Promise) -> str:
    """What is wrong with an answer; empty: nothing."""
    answer, began = asked.answer, asked.answer.started
    if answer.status == 404 and _GONE in sources.between(asked.name, began - promise.gone, asked.until):
        return ""
    if answer.status >= 400:
        # An origin that closes is 404, as imgproxy has it; nginx keeps that for longer than 5xx.
        lasts = promise.gone if answer.status == 404 else promise.failed
        may_fail = not kind_of(asked.name).is_kept and sources.has_failed(began - lasts, asked.until)
        return "" if may_fail else f"{answer.status} {REFUSED}"
    if answer.status not in (200, 304):
        return f"{answer.status} {answer.fault}"
    version, fault = (asked.known, "") if answer.status == 304 else seen(asked)
    if fault or _may_be_old(asked, sources, promise):
        return fault
    allowed = sources.between(asked.name, began - promise.of(kind_of(asked.name)), asked.until)
    return "" if version in allowed else f"version {version} where {sorted(allowed)} were there"


def _may_be_old(asked: Asked, sources: Sources, promise: Promise) -> bool:
    """What stands in while the origin is down; and in nginx, while the new one is fetched for the next who asks."""
    is_down = sources.has_failed(asked.answer.started - promise.stood_in, asked.until)
    return is_down or asked.answer.header("X-Cache") in ("UPDATING", "STALE")


def seen(asked: Asked) -> tuple[int, str]:
    """The version that a picture shows, and what is wrong with that."""
    try:
        with Image.open(io.BytesIO(asked.answer.body)) as image:
            colors = image.convert("RGB").getcolors(1)
    except (OSError, SyntaxError) as error:
        return 0, f"no whole picture: {error}"
    if not colors or colors[0][1][0] != NAMES.index(asked.name) or sum(colors[0][1][1:]) != 255:
        return 0, f"half, or another source's: {colors}"
    return colors[0][1][1], "" if image.size == asked.size else f"another URL's: {image.size}"


@dataclass(slots=True)
class Crowd(AbstractContextManager["Crowd"]):
    """Clients who ask for these pictures again and again, at times after what they have; a context manager."""

    port: int
    origin: str
    clients: int = 16
    # No more than this: what a test waits for comes long before.
    most: int = 20_000
    asked: list[Asked] = field(default_factory=list)
    _ends: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> "Crowd":
        self._threads = [threading.Thread(target=self._run, args=(number,)) for number in range(self.clients)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ends.set()
        for thread in self._threads:
            thread.join()

    def _run(self, number: int) -> None:
        dice, has = random.Random(number), dict[tuple[str, tuple[int, int]], tuple[str, int]]()
        while not self._ends.is_set() and len(self.asked) < self.most:
            what = dice.choice(NAMES), dice.choice(SIZES)
            condition, known = has.get(what, ("", 0)) if dice.random() < 0.5 else ("", 0)
            conditions = [condition] if condition else []
            # nginx counts by address.
            source = f"127.0.0.{20 + number}"
            answer = ask(self.port, path(self.origin, *what), *conditions, source=source, timeout=30)
            asked = Asked(*what, answer, known)
            self.asked.append(asked)
            if answer.status == 200:
                has[what] = condition_of(answer), seen(asked)[0]

    def await_answers(self, count: int) -> None:
        """Until so many more have come."""
        before = len(self.asked)
        assert eventually(lambda: len(self.asked) >= before + count)

    def faults(self, sources: Sources, promise: Promise) -> list[str]:
        """What was wrong, one line each."""
        found = ((each, fault_in(each, sources, promise)) for each in self.asked)
        return [f"{each.name} {each.size} {_cache(each)}: {fault}" for each, fault in found if fault]

    def slowest(self) -> float:
        """Seconds of the slowest answer."""
        return max((each.answer.seconds for each in self.asked), default=0.0)


def condition_of(answer: Answer) -> str:
    """The header by which a client asks after what it has; empty where the answer had no validator."""
    told = {"If-None-Match": answer.header("ETag"), "If-Modified-Since": answer.header("Last-Modified")}
    return next((f"{name}: {value}" for name, value in told.items() if value), "")


def _cache(asked: Asked) -> str:
    return " ".join(re.findall(r"(?m)^X-Cache: \w+", asked.answer.head))


def path(origin: str, name: str, size: tuple[int, int]) -> str:
    """Of a picture; its tag is the source's name."""
    return f"/_/rs:force:{size[0]}:{size[1]}/ct:{name}/plain/{origin}/{name}.png@png"
