"""Renditions asked of a server or a CDN, so that what stands before it keeps them: nothing is made here."""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace

from imgsvc.app import create_parser
from imgsvc.config import Config
from imgsvc.errors import OriginDownError, RenderingError
from imgsvc.options.formats import Format
from imgsvc.runtime.fetching.admission import OPEN_SECONDS
from imgsvc.runtime.scope import Journal, Scope
from imgsvc.security.signature import signature
from imgsvc.source_url import SourceUrl
from imgsvc.sources.http import HttpSource
from imgsvc.sources.network.body import fetch
from imgsvc.sources.source import Source, SourceRequest
from imgsvc.standing import may_pass
from imgsvc.url.build import write
from imgsvc.warming.backlog import Backlog, Batch
from imgsvc.warming.pace import Pacer, PatientSource, PutOffError
from imgsvc.warming.units import Order, Outcome, Status, Unit, Wish

_TICK_SECONDS = 0.2
_MOST_BYTES = 512 << 20
# What nginx, Varnish and CDNs say of an answer that was kept.
_KEPT = ("hit", "stale", "updating", "revalidated")
_SAYING = ("x-cache", "x-cache-status", "cf-cache-status")


class Asker:
    """Asks the server at `base` for the renditions of units; any number of threads may use it."""

    def __init__(self, base: str, config: Config, order: Order, source: Source, journal: Callable[[], Journal]) -> None:
        self._base = base.rstrip("/")
        self._config, self._order, self._source, self._journal = config, order, source, journal
        self._parser = create_parser(config)
        self._pacer = Pacer(order.pause_seconds)

    def ask(self, unit: Unit) -> Outcome:
        """Every rendition of it; that one cannot be had is no reason to go without the others."""
        began, found = time.monotonic(), Outcome(unit.source, Status.MADE, unit.mark)
        for wish in self._order.wishes:
            try:
                size, is_kept = self._asked(wish, unit)
                found = replace(found, made={**found.made, wish.label: size}, cached=found.cached + is_kept)
            except (PutOffError, RenderingError) as error:
                found = found if found.error else _failed(found, error)
                if found.status is Status.PUT_OFF:
                    break
        return replace(found, seconds=round(time.monotonic() - began, 4))

    def _asked(self, wish: Wish, unit: Unit) -> tuple[int, bool]:
        path = write(wish.options, unit.source, self._parser, extension=wish.extension)
        before = f"{self._base}{self._config.url.path_prefix}/{signature(self._config.signature, path)}"
        url = SourceUrl.parse(before + path)
        self._pacer.wait(url.origin)
        scope = Scope(self._order.timeout_seconds, journal=self._journal())
        answer = fetch(self._source, SourceRequest(url, {"accept": accept(wish.accepted)}), scope, _MOST_BYTES)
        return len(answer.body), is_kept(answer.headers)


@dataclass(frozen=True, slots=True)
class Threads:
    """In place of the engine: threads of this process, which wait for answers and do nothing else."""

    asker: Asker
    width: int

    def run(self, backlog: Backlog, told: Callable[[Outcome], None], tick: Callable[[], None]) -> None:
        """Until nothing is left."""
        running: dict[Future[list[Outcome]], Batch] = {}
        with ThreadPoolExecutor(self.width) as pool:
            while True:
                while len(running) < self.width and (batch := backlog.next(time.monotonic())):
                    running[pool.submit(self._asked, batch)] = batch
                if not running and (left := backlog.wait_seconds(time.monotonic())) is None:
                    return
                if not running:
                    time.sleep(min(left or 0.0, _TICK_SECONDS))
                for future in wait(running, _TICK_SECONDS, FIRST_COMPLETED).done:
                    for each in backlog.came_back(running.pop(future), future.result(), time.monotonic()):
                        told(each)
                tick()

    def _asked(self, batch: Batch) -> list[Outcome]:
        return [self.asker.ask(each) for each in batch.units]


@contextmanager
def through(base: str, config: Config, order: Order, width: int, journal: Callable[[], Journal]) -> Iterator[Threads]:
    """Threads that ask the server at `base`, which the operator names: any address, and no redirect to another one."""
    origin = SourceUrl.parse(base).origin
    settings = replace(config.sources, download_timeout=math.ceil(order.timeout_seconds))
    source = HttpSource(settings, lambda _: None, lambda url: url.origin == origin, connections=width)
    try:
        yield Threads(Asker(base, config, order, PatientSource(source), journal), width)
    finally:
        source.close()


def accept(formats: frozenset[Format]) -> str:
    """The Accept header of a client that takes these, and whatever all take."""
    return ",".join([*sorted(each.media_type for each in formats), "image/*;q=0.8", "*/*;q=0.5"])


def is_kept(headers: Mapping[str, str]) -> bool:
    """Whether an answer says that it was not made anew."""
    said = " ".join(headers.get(name, "") for name in _SAYING).lower()
    return any(word in said for word in _KEPT)


def _failed(found: Outcome, error: Exception) -> Outcome:
    patience = error.seconds if isinstance(error, PutOffError) else OPEN_SECONDS
    if isinstance(error, PutOffError | OriginDownError):
        status = Status.PUT_OFF
    else:
        status = Status.LOST if may_pass(error) else Status.FAILED
    return replace(found, status=status, error=type(error).__name__, says=str(error)[:500], patience=patience)
