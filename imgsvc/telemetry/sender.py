"""Sends spans to a collector: one thread, a bounded queue, and nobody who waits for either.

NOTE: not the SDK's BatchSpanProcessor, which begins a thread in every fork of a worker (each SVG is one), and waits up
to 30 s for a collector that is not there when a worker ends.
"""

import logging
import queue
import threading
import time
from collections.abc import Sequence
from contextlib import suppress

from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

_LOG = logging.getLogger("imgsvc.telemetry")

MOST_WAITING = 2048
_BATCH = 512
_DELAY_SECONDS = 1.0


class Sender(SpanProcessor):
    """Begin it in the process that makes the spans."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._waiting: queue.Queue[ReadableSpan | None] = queue.Queue(MOST_WAITING)
        self._is_down = False
        self.dropped = 0
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def on_end(self, span: ReadableSpan) -> None:
        """Put a span into the queue; one that finds it full is dropped."""
        if not (span.context and span.context.trace_flags.sampled):
            return
        try:
            self._waiting.put_nowait(span)
        except queue.Full:
            self.dropped += 1
        with suppress(RuntimeError, MemoryError):
            self._start()

    def _start(self) -> None:
        """Have a thread; one that the system would not give is asked for again with the next span."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                thread = threading.Thread(target=self._run, name="traces", daemon=True)
                thread.start()
                self._thread = thread

    def finish(self, seconds: float) -> None:
        """Send what waits within so many seconds; at once done where the collector took nothing the last time."""
        if self._is_down or self._thread is None:
            return
        try:
            self._waiting.put_nowait(None)
        except queue.Full:
            return
        self._thread.join(seconds)

    def _run(self) -> None:
        is_last = False
        while not is_last:
            batch, is_last = self._batch()
            if batch:
                self._send(batch)

    def _batch(self) -> tuple[list[ReadableSpan], bool]:
        """What came within a second of the first one; and whether nothing more will."""
        batch: list[ReadableSpan] = []
        end = float("inf")
        while len(batch) < _BATCH and (left := end - time.monotonic()) > 0:
            try:
                span = self._waiting.get(timeout=None if end == float("inf") else left)
            except queue.Empty:
                break
            if span is None:
                return batch, True
            batch.append(span)
            end = min(end, time.monotonic() + _DELAY_SECONDS)
        return batch, False

    def _send(self, batch: Sequence[ReadableSpan]) -> None:
        try:
            is_down = self._exporter.export(batch) is not SpanExportResult.SUCCESS
        except Exception:  # noqa: BLE001 (whatever the collector says, the next batch is tried)
            is_down = True
        if is_down:
            self.dropped += len(batch)
        if is_down != self._is_down:
            self._is_down = is_down
            _LOG.warning("Traces are not taken, and dropped" if is_down else "Traces are taken again")
