"""What runs in a worker process, here or on another machine: a batch is made, each unit within its time and memory."""

import faulthandler
import os
import resource
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from hashlib import blake2b
from io import TextIOWrapper
from pathlib import Path

from imgsvc import __version__
from imgsvc.app import create_renderer
from imgsvc.config import Config, from_environment, recipe, result_location
from imgsvc.results.results import create_results
from imgsvc.runtime.board.scoreboard import Scoreboard
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.fetching.admission import Admission
from imgsvc.runtime.workers.journals import Beside
from imgsvc.schemes import create_result_storage
from imgsvc.security.settings import SignatureSettings
from imgsvc.settings.environment import environment
from imgsvc.sources.source import Source
from imgsvc.warming.making import Maker
from imgsvc.warming.pace import Pacer, PatientSource
from imgsvc.warming.targets import create_target
from imgsvc.warming.units import Order, Outcome, Unit

_BUSY = threading.Lock()
# Who makes units, who keeps him from asking too often, and where he leaves what he did last.
Prepare = Callable[[Order], tuple[Maker, Pacer, TextIOWrapper]]


class WorkerError(Exception):
    """A worker that can make none of these pictures, with what to do about it."""


def identity(config: Config) -> str:
    """What makes the pictures what they are: a worker with another one makes others."""
    presets = config.url.presets + (config.url.presets_path.read_text("utf-8") if config.url.presets_path else "")
    more = (presets, str(result_location(config)), config.url.arguments_separator, str(config.url.url_replacements))
    digest = blake2b("\0".join(more).encode(), digest_size=4).hexdigest()
    return f"imgsvc {__version__}, recipe {recipe(config)}, presets and store {digest}"


def make_batch(order: Order, units: tuple[Unit, ...], prepare: Prepare | None = None) -> list[Outcome]:
    """Make them one after the other; a unit that overruns its time ends the process."""
    if not _BUSY.acquire(blocking=False):
        raise WorkerError("a worker makes one picture at a time: start it with --nthreads 1")
    try:
        maker, pacer, words = (prepare or prepared)(order)
        outcomes = []
        for unit in units:
            pacer.wait(maker.origin(unit))
            # What holds the interpreter's lock is ended as well.
            faulthandler.dump_traceback_later(order.timeout_seconds + order.grace_seconds, exit=True, file=words)
            try:
                outcomes.append(maker.make(unit))
            finally:
                faulthandler.cancel_dump_traceback_later()
        maker.settle()
        return outcomes
    finally:
        _BUSY.release()


@lru_cache(maxsize=1)
def prepared(order: Order, patient: Callable[[Source], Source] = PatientSource) -> tuple[Maker, Pacer, TextIOWrapper]:
    """What a process needs for an order, made once; `patient` is whom it has sources from."""
    config = from_environment(environment())
    if identity(config) != order.identity:
        raise WorkerError(f"a worker has other settings: {identity(config)}; wanted: {order.identity}")
    try:
        target = create_target(order.target, create_results(config.results, create_result_storage(config)))
    except ValueError as error:
        raise WorkerError(f"this target cannot be written to: it has to be {error}") from error
    renderer = create_renderer(unsigned(config))
    renderer = replace(renderer, sources=patient(renderer.sources))
    maker = Maker(renderer, order.wishes, target, order.timeout_seconds, journals(config))
    return maker, Pacer(order.pause_seconds), confined(order)


def confined(order: Order) -> TextIOWrapper:
    """Give this process its limits, for good; where it writes what it was doing when it is ended."""
    # Ctrl-C at a terminal is for who hands out the work.
    with suppress(OSError):
        os.setpgid(0, 0)
    _limit(order.memory_bytes)
    return _last_words(order.last_words)


def unsigned(config: Config) -> Config:
    """The settings, less the signature that only strangers need."""
    return replace(config, signature=SignatureSettings())


def journals(config: Config) -> Callable[[], Beside]:
    """What keeps a worker of the server from origins that are down, for this process alone."""
    board = Scoreboard.create(1)
    slot = Slot(board.reserve().words, 0)
    admission = Admission(board, slot, config.runtime)
    return lambda: Beside(slot, admission)


def _limit(most_bytes: int) -> None:
    """Of data; the code of libraries and what is shared of files does not count."""
    if not most_bytes:
        return
    status = Path("/proc/self/status").read_text("ascii")
    used = next(int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith("VmData:"))
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = used + most_bytes
    resource.setrlimit(resource.RLIMIT_DATA, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _last_words(folder: str) -> TextIOWrapper:
    """Where a process that is ended writes what it was doing."""
    file = open(Path(folder) / str(os.getpid()) if folder else os.devnull, "w", encoding="ascii")  # noqa: PTH123, SIM115 (open until its end)
    if folder:
        faulthandler.enable(file)
    return file


def last_words(folder: str) -> Mapping[str, str]:
    """What processes that have ended said last, by file; each is told once."""
    said = {}
    for path in Path(folder).iterdir() if folder else ():
        if text := path.read_text("ascii", "replace"):
            said[path.name] = text
            path.unlink()
    return said
