"""The engine: Dask distributed hands batches to worker processes, of this machine or of a cluster.

Its weaknesses, and what is done about them: docs/decisions/0031-warming.md. Nothing else imports it, and this only
where a catalogue is warmed.
"""

import queue
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

import dask
from distributed import Client, Future, KilledWorker, LocalCluster
from distributed.utils import get_mp_context

from imgsvc.warming.backlog import Backlog, Batch
from imgsvc.warming.running import EngineError
from imgsvc.warming.units import Order, Outcome, Status, Unit
from imgsvc.warming.workers import WorkerError, last_words, make_batch

_SETTINGS = {
    # One task a worker, or its neighbors are blamed for what it did.
    "distributed.scheduler.worker-saturation": 1.0,
    # Who ended a worker is not given to another one.
    "distributed.scheduler.allowed-failures": 0,
    "distributed.worker.multiprocessing-method": "forkserver",
    # SECURITY: pages without a password, on by default, that nobody of ours reads.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
    # PERF: scheduler, nannies and workers look fifty times a second whether their loops go on, which is half of what
    # the engine takes; and these at what nobody is shown.
    "distributed.admin.tick.interval": "10s",
    "distributed.admin.tick.cycle": "10s",
    "distributed.admin.system-monitor.interval": "10s",
    # Who holds the interpreter's lock for minutes is within his --timeout; an end is known by its connection.
    "distributed.scheduler.worker-ttl": None,
    # A limit of our own is kept by the system, at once.
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": False,
    # PERF: of what goes on nothing is remembered, so that a driver of a million units is as small as one of ten.
    "distributed.admin.low-level-log-length": 0,
    "distributed.diagnostics.computations.max-history": 1,
}
_HOST = "127.0.0.1"
_TICK_SECONDS = 0.2
# Between two looks at how many workers a cluster has.
_LOOK_SECONDS = 2.0
_START_SECONDS = 60
# In which a result that is there has to be had.
_RESULT_SECONDS = 5.0
# PERF: a worker in the place of one that was ended is there in a tenth of the time.
_PRELOADED = ("distributed", "imgsvc.warming.command")

Make = Callable[[Order, tuple[Unit, ...]], list[Outcome]]


@dataclass(frozen=True, slots=True)
class Engine:
    """Workers that can be given batches."""

    client: Client
    order: Order
    make: Make = make_batch

    def run(self, backlog: Backlog, told: Callable[[Outcome], None], tick: Callable[[], None]) -> None:
        """Make all that is due; `told` hears of every end, `tick` is called now and then."""
        _Run(self, backlog, told, tick).run()


class _Run:
    def __init__(
        self, engine: Engine, backlog: Backlog, told: Callable[[Outcome], None], tick: Callable[[], None]
    ) -> None:
        self._engine, self._backlog, self._told, self._tick = engine, backlog, told, tick
        self._done: queue.SimpleQueue[tuple[Future, Batch]] = queue.SimpleQueue()
        self._width, self._looked = 0, 0.0

    def run(self) -> None:
        while True:
            self._hand_out()
            if self._backlog.running:
                self._collect()
            elif (wait := self._backlog.wait_seconds(time.monotonic())) is not None:
                time.sleep(min(wait, _TICK_SECONDS))
            else:
                return
            self._tick()

    def _hand_out(self) -> None:
        # One for each worker, and as many that wait.
        while self._backlog.running < 2 * self._workers():
            batch = self._backlog.next(time.monotonic())
            if batch is None:
                return
            future = self._engine.client.submit(
                self._engine.make, self._engine.order, batch.units, key=f"warm-{batch.number}", pure=False
            )
            self._await(future, batch)

    def _await(self, future: Future, batch: Batch) -> None:
        future.add_done_callback(lambda future: self._done.put((future, batch)))

    def _workers(self) -> int:
        now = time.monotonic()
        if not self._width or now - self._looked > _LOOK_SECONDS:
            self._width, self._looked = max(len(self._engine.client.nthreads()), 1), now
        return self._width

    def _collect(self) -> None:
        try:
            future, batch = self._done.get(timeout=_TICK_SECONDS)
        except queue.Empty:
            if self._engine.client.status != "running":
                raise EngineError("the scheduler has gone: run the same command again") from None
            return
        for outcome in self._outcomes(future, batch):
            self._told(outcome)

    def _outcomes(self, future: Future, batch: Batch) -> list[Outcome]:
        try:
            made = future.result(timeout=_RESULT_SECONDS)
        except TimeoutError:
            # The worker that had it has ended since, and it is made again.
            self._await(future, batch)
            return []
        except KilledWorker:
            said = "\n".join(last_words(self._engine.order.last_words).values())
            return [_ended(batch, said)] if self._backlog.ended(batch, is_silent=not said) else []
        except WorkerError as error:
            raise EngineError(str(error)) from error
        return self._backlog.came_back(batch, made, time.monotonic())


@contextmanager
def local_engine(order: Order, width: int, environ: Mapping[str, str], make: Make = make_batch) -> Iterator[Engine]:
    """Workers of this machine, which end with this process."""
    with ExitStack() as held:
        folder = held.enter_context(tempfile.TemporaryDirectory(prefix="imgsvc-warm-"))
        held.enter_context(dask.config.set(_SETTINGS))
        get_mp_context().set_forkserver_preload([*_PRELOADED])
        cluster = held.enter_context(
            LocalCluster(
                n_workers=width,
                threads_per_worker=1,
                host=_HOST,
                # SECURITY: who reaches a scheduler has code run as us, other users of this machine too; these
                # certificates are for one run, and its processes alone have them.
                security=True,
                dashboard_address=f"{_HOST}:0",
                worker_dashboard_address=f"{_HOST}:0",
                memory_limit=0,
                local_directory=folder,
                env=dict(environ),
                silence_logs=50,
            )
        )
        client = held.enter_context(Client(cluster))
        words = held.enter_context(tempfile.TemporaryDirectory(prefix="imgsvc-warm-words-"))
        yield Engine(client, replace(order, last_words=words), make)


@contextmanager
def cluster_engine(order: Order, address: str) -> Iterator[Engine]:
    """The workers of a scheduler, which go on without us; certificates are those of Dask's own configuration."""
    with dask.config.set(_SETTINGS):
        try:
            client = Client(address, timeout=_START_SECONDS)
            client.wait_for_workers(1, timeout=_START_SECONDS)
        except (OSError, TimeoutError, ValueError, TypeError) as error:
            raise EngineError(f"{address}: {error}") from error
        with client:
            yield Engine(client, order)


def _ended(batch: Batch, text: str) -> Outcome:
    """Its worker ended with it, and with nothing else."""
    unit = batch.units[0]
    is_late = text.startswith("Timeout (")
    return Outcome(
        source=unit.source,
        status=Status.FAILED,
        mark=unit.mark,
        error="timeout" if is_late else "died",
        says=_told(text) or "its worker ended, and said nothing",
    )


def _told(text: str) -> str:
    """The reason, and the innermost line that is known of."""
    lines = text.splitlines()
    frame = next((line.strip() for line in lines if line.lstrip().startswith("File ")), "")
    return ", ".join(filter(None, [lines[0].rstrip(":!") if lines else "", frame]))
