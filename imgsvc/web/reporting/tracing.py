"""What a trace says of its request, and when it ends."""

from typing import Any

from imgsvc.errors import RenderingError
from imgsvc.runtime.showing import shown
from imgsvc.telemetry.forms import redacted
from imgsvc.telemetry.traces import Attributes
from imgsvc.url.telling import told
from imgsvc.web.exchange import Exchange
from imgsvc.web.raw import RawBody

# COMPAT: imgproxy's span of an answer that is passed on.
_STREAMING = "streaming_image"
_FETCH = "fetch"


def end_trace(current: Exchange, status: int, prefix: str) -> None:
    """End the request's trace, if it has one."""
    if current.trace:
        current.trace.end(_attributes(current, prefix), status, current.error)


def trace_stream(current: Exchange, body: RawBody, status: int, prefix: str) -> None:
    """Let the trace, if there is one, end when the body is out, and have a span until then."""
    trace = current.trace
    if trace is None:
        return

    def end(error: RenderingError | None) -> None:
        trace.leave(_STREAMING, error)
        current.error = error
        end_trace(current, status, prefix)

    current.is_streamed = True
    # Its head is there; how it ends, the scope tells whatever span there is then.
    trace.leave(_FETCH, None)
    trace.enter(_STREAMING)
    body.when_out = end


def _attributes(current: Exchange, prefix: str) -> Attributes:
    """COMPAT: the names of OpenTelemetry's semantic conventions 1.20, as imgproxy's."""
    found: dict[str, Any] = {
        "http.method": current.method,
        "http.scheme": current.scheme,
        "http.url": redacted(shown(current.target, prefix)),
        "net.host.name": current.headers.get("host", ""),
        "http.user_agent": current.headers.get("user-agent", ""),
        "http.client_ip": current.client_ip,
        "imgproxy.request_id": current.request_id,
    }
    if current.is_info:
        found["imgsvc.route"] = "info"
    if current.job:
        found["imgproxy.source_image_url"] = redacted(str(current.job.source))
        found["imgproxy.source_image_origin"] = current.job.source.told_origin
        found |= {f"imgproxy.options.{name}": value for name, value in told(current.job.options).items()}
    return found
