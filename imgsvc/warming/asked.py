"""What the command line asks for, held against the settings: what is made, where it goes, and who makes it."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

import click

from imgsvc.app import create_parser
from imgsvc.config import Config, result_location
from imgsvc.exit_codes import ExitCode
from imgsvc.runtime.settings import core_count
from imgsvc.warming.running import Engine
from imgsvc.warming.targets import NOWHERE, STORE, Template
from imgsvc.warming.through import through
from imgsvc.warming.units import Order, Wish
from imgsvc.warming.wishes import accepted_by, browsers, read_wishes
from imgsvc.warming.workers import identity, journals

# SECURITY: who answers for a scheduler has code run here, and who listens sees what is handed out.
_SCHEDULER = re.compile(r"tls://[^\s/@]+:\d+|tcp://(?:127\.0\.0\.1|\[::1\]|localhost):\d+")
_SERVER = re.compile(r"https?://[^\s?#]+")
# Threads that do nothing but wait, for each core's worker.
_THREADS = 4

Start = Callable[[], AbstractContextManager[Engine]]


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of `imgsvc warm`, as they were given."""

    source: str
    presets: str
    options: tuple[str, ...]
    accepts: tuple[str, ...]
    target: str
    through: str | None
    workers: int | None
    memory: int
    timeout: float
    rate: float | None
    scheduler: str | None
    manifest: Path | None
    again: str
    changed_only: bool
    limit: int | None
    fail_over: float
    dry_run: bool
    sample: int

    @property
    def width(self) -> int:
        """How many units are under way at a time, on this machine."""
        return self.workers or core_count() * (_THREADS if self.through else 1)

    @property
    def is_for_a_store(self) -> bool:
        """Whether what is kept depends on what a client accepts."""
        return bool(self.through) or self.target == STORE


class NotInstalledError(click.ClickException):
    """What is needed is not installed."""

    exit_code = ExitCode.UNAVAILABLE


def order_of(asked: Asked, config: Config) -> Order:
    """What workers are to know; UsageError where it cannot be."""
    target = NOWHERE if asked.dry_run else asked.through or asked.target
    pause = asked.width / asked.rate if asked.rate else 0.0
    # Threads of one process share what keeps them from asking too often.
    pause = pause / asked.width if asked.through else pause
    return Order(
        wishes=_wishes(asked, config),
        target=target,
        identity=identity(config),
        timeout_seconds=asked.timeout,
        memory_bytes=asked.memory << 20,
        pause_seconds=pause,
    )


def name_of(asked: Asked, order: Order) -> str:
    """Of what is to be made from what: by another name nothing of it is done yet."""
    made = [(each.label, each.options) for each in order.wishes]
    what = (asked.source, order.target, made, order.identity)
    return sha256(repr(what).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def engine_of(asked: Asked, config: Config, order: Order, environ: dict[str, str]) -> Start:
    """Who makes it, not started; UsageError or NotInstalledError where that cannot be."""
    if asked.scheduler and not _SCHEDULER.fullmatch(asked.scheduler):
        raise click.UsageError("--scheduler: expected tls://host:port, or tcp:// on loopback, as the end of a tunnel")
    if asked.through:
        if not _SERVER.fullmatch(asked.through):
            raise click.UsageError("--through: expected the URL of a server, such as https://img.example.com")
        return partial(through, asked.through, config, order, asked.width, journals(config))
    try:
        # PERF: half a second and 50 MB, which no other command needs.
        from imgsvc.warming import engine  # noqa: PLC0415
    except ImportError as error:
        told = "imgsvc warm needs its extra, imgsvc[warm]: pip install -r requirements/warm.txt"
        raise NotInstalledError(f"{told} ({error})") from error
    if asked.scheduler:
        return partial(engine.cluster_engine, order, asked.scheduler)
    return partial(engine.local_engine, order, asked.width, environ)


def _wishes(asked: Asked, config: Config) -> tuple[Wish, ...]:
    named = tuple(filter(None, map(str.strip, asked.presets.split(","))))
    if not (named or asked.options):
        raise click.UsageError("--presets or --options says what to make")
    default = list(browsers(config.formats)) if asked.is_for_a_store else []
    accepts = list(map(accepted_by, asked.accepts)) or default
    wishes = tuple(read_wishes(named, asked.options, accepts, create_parser(config)))
    if asked.through:
        return wishes
    if asked.target == STORE and result_location(config) is None and not asked.dry_run:
        raise click.UsageError("--to store is RESULT_STORE, which is not set")
    if asked.target != STORE:
        try:
            Template(asked.target).check(wishes)
        except ValueError as error:
            raise click.UsageError(f"--to: expected {error}") from error
    return wishes
