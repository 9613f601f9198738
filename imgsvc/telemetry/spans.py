"""Traces by OpenTelemetry's SDK: a span for the request and one for each stage, sent in OTLP over HTTP.

COMPAT: names of spans and attributes are those of imgproxy's monitoring/otel, so that what reads its traces reads ours.
"""

import atexit
import logging
import os
import random
import threading
import time
from collections.abc import Mapping

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.id_generator import IdGenerator, RandomIdGenerator
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer, format_trace_id, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from opentelemetry.util.re import parse_env_headers

from imgsvc import __version__
from imgsvc.errors import RenderingError
from imgsvc.telemetry.forms import redacted
from imgsvc.telemetry.metrics import SPANS
from imgsvc.telemetry.sender import Sender
from imgsvc.telemetry.settings import TraceSettings
from imgsvc.telemetry.traces import Attributes

# What a worker that ends gives the collector for what it has not taken.
FAREWELL_SECONDS = 0.5
_NANO = 1_000_000_000
_PROPAGATOR = TraceContextTextMapPropagator()
# It says nothing of the request that it was asked for, and says it for every batch.
logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)


class SpanTraces:
    """One process's traces; made before the fork, where it starts nothing."""

    def __init__(self, settings: TraceSettings) -> None:
        self._passes_on = settings.open_telemetry_propagate_external
        self._ids = XrayIds() if settings.open_telemetry_trace_id_generator == "xray" else RandomIdGenerator()
        # PERF: the two take 0.15 s together, the first time; the first request of each worker would pay for it.
        self._resource = Resource.create({"service.name": settings.otel_service_name, "service.version": __version__})
        self._exporter = OTLPSpanExporter(
            endpoint=settings.traces_endpoint(),
            headers=parse_env_headers(settings.otel_exporter_otlp_headers, liberal=True),
            timeout=settings.otel_exporter_otlp_timeout / 1000,
        )
        self._tracers: dict[int, Tracer] = {}
        self._lock = threading.Lock()

    def begin(self, headers: Mapping[str, str], started: float) -> "SpanTrace":
        """The trace of a request; a part of its client's where the client says of which."""
        arrived = time.time_ns() - int((time.monotonic() - started) * _NANO)
        return SpanTrace(self._tracer(), _PROPAGATOR.extract(headers), arrived, passes_on=self._passes_on)

    def _tracer(self) -> Tracer:
        """This process's own: no thread survives a fork."""
        pid = os.getpid()
        with self._lock:
            if pid not in self._tracers:
                self._tracers = {pid: self._made_tracer()}
            return self._tracers[pid]

    def _made_tracer(self) -> Tracer:
        provider = TracerProvider(resource=self._resource, id_generator=self._ids, shutdown_on_exit=False)
        sender = Sender(self._exporter)
        provider.add_span_processor(sender)
        atexit.register(sender.finish, FAREWELL_SECONDS)
        return provider.get_tracer("imgsvc", __version__)


class SpanTrace:
    """The spans of one request."""

    def __init__(self, tracer: Tracer, context: Context, arrived: int, *, passes_on: bool) -> None:
        self._tracer = tracer
        # Since when it waits; 0 while it does not.
        self._arrived = self._waits_since = arrived
        self._begun = time.time_ns()
        self._passes_on = passes_on
        self._root = tracer.start_span("/request", context, SpanKind.SERVER, start_time=arrived)
        self._inside = set_span_in_context(self._root, context)
        # The stage, and behind it the part of it that goes on.
        self._open: list[Span] = []
        self._has_ended = False

    @property
    def trace_id(self) -> str:
        """Its id, for the log."""
        return format_trace_id(self._root.get_span_context().trace_id)

    def waits(self) -> None:
        """Begin a span of its time in a queue."""
        self._waits_since = time.time_ns()

    def goes_on(self) -> None:
        """End that."""
        self._end_wait(time.time_ns())

    def _end_wait(self, moment: int) -> None:
        if self._waits_since:
            self._tracer.start_span("queue", self._inside, start_time=self._waits_since).end(moment)
            self._waits_since = 0

    def enter(self, stage: str, peer: str = "") -> None:
        """Begin the stage's span, or that of a part within it."""
        self.goes_on()
        context = set_span_in_context(self._open[-1]) if self._open else self._inside
        attributes = {"net.peer.name": peer} if peer else None
        self._open.append(self._tracer.start_span(SPANS.get(stage, stage), context, attributes=attributes))

    def leave(self, _stage: str, error: BaseException | None) -> None:
        """End it."""
        if not self._open:
            return
        span = self._open.pop()
        if isinstance(error, Exception):
            _mark(span, error)
        span.end()

    def beside(self, what: str, peer: str, began: float, ended: float, error: BaseException | None) -> None:
        """A span that began and ended meanwhile; what began for another request is shown from this one's arrival on."""
        zero = time.time_ns() - time.monotonic_ns()
        start = max(self._arrived, zero + int(began * _NANO))
        span = self._tracer.start_span(what, self._inside, attributes={"net.peer.name": peer}, start_time=start)
        if isinstance(error, Exception):
            _mark(span, error)
        span.end(max(start, zero + int(ended * _NANO)))

    def headers(self) -> Mapping[str, str]:
        """The context of the stage's span, where sources are told."""
        found: dict[str, str] = {}
        if self._passes_on:
            _PROPAGATOR.inject(found, set_span_in_context(self._open[-1] if self._open else self._root, self._inside))
        return found

    def end(self, attributes: Attributes, status: int, error: Exception | None) -> None:
        """End the request's span; of one in which nothing was done, the time until it could be was in a queue."""
        if self._has_ended:
            return
        self._has_ended = True
        self._end_wait(self._begun if self._waits_since < self._begun else time.time_ns())
        self._root.set_attributes({**attributes, "http.status_code": status})
        if error:
            _mark(self._root, error, is_error=status >= 500)
        self._root.end()


def _mark(span: Span, error: Exception, *, is_error: bool = True) -> None:
    """COMPAT: `exception.type` is the category with the class."""
    category = error.category if isinstance(error, RenderingError) else "unexpected"
    text = redacted(str(error))
    span.add_event(
        "exception", {"exception.type": f"{category}_error ({type(error).__name__})", "exception.message": text}
    )
    if is_error:
        span.set_status(Status(StatusCode.ERROR, text))


class XrayIds(IdGenerator):
    """Trace ids that AWS X-Ray takes: they begin with the second in which they were made."""

    def generate_span_id(self) -> int:
        """Eight random bytes, not all of them 0."""
        return random.getrandbits(64) or 1

    def generate_trace_id(self) -> int:
        """Four bytes of the time, twelve random ones."""
        return int(time.time()) << 96 | random.getrandbits(96)

    def is_trace_id_random(self) -> bool:
        """As much of it as samplers look at."""
        return True
