"""What is known of one request while it is answered: its id, its target, how far it came."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import quote

import falcon

from imgsvc.errors import RenderingError
from imgsvc.keeping.lookup import Lookup
from imgsvc.kept_sources.entry import SourceEntry
from imgsvc.kept_sources.store import KeptSource
from imgsvc.options.info import InfoOptions
from imgsvc.rendition import InfoRendition, Job, Rendition
from imgsvc.results.entry import Entry
from imgsvc.results.results import Kept
from imgsvc.runtime.http.heads import client_ip, request_id, without_host
from imgsvc.runtime.http.request_headers import FORWARDED_PROTO, read
from imgsvc.runtime.scope import Journal, NoJournal, Scope
from imgsvc.runtime.workers.cost import Cost
from imgsvc.sources.source import Fetched
from imgsvc.telemetry.traces import Trace
from imgsvc.watermarks.watermarks import Marks
from imgsvc.web.raw import RawBody

# In the WSGI environment, once it is known.
TARGET = "imgsvc.target"
# The exchange itself, where it was opened before the application was called.
KEY = "imgsvc.exchange"


@dataclass(slots=True)
class Exchange:
    """One request and its answer; filled on the way, read by the log."""

    request_id: str
    target: str
    method: str
    client_ip: str
    scheme: str
    headers: Mapping[str, str]
    is_logged: bool = True
    has_cors: bool = False
    # The setting of the same name.
    allow_origin: str = ""
    # Headers that the operator has every answer of a picture's URL sent with.
    custom: Mapping[str, str] = field(default_factory=dict)
    scope: Scope | None = None
    # What was fetched ahead (ahead.py), or the error in its place; with an error, the image that stands in.
    source: Fetched | RawBody | Entry | None = None
    source_error: Exception | None = None
    stand_in: Fetched | None = None
    # What was looked up of the store of results, once it was; it may be the source's stead.
    is_looked_up: bool = False
    kept: Kept | None = None
    lookup: Lookup | None = None
    # The same of the store of sources, which is looked into where there is no result.
    kept_source: KeptSource | None = None
    source_lookup: Lookup | None = None
    # Of what was fetched, once it is answered.
    to_keep: SourceEntry | None = None
    # What is fetched of watermarks, and who is told of each.
    watermarks: Marks = ()
    beside: Callable[[], Journal] = NoJournal
    trace: Trace | None = None
    # The answer is passed on as it comes: whoever does that ends the trace.
    is_streamed: bool = False
    job: Job | None = None
    # Why it is not served, once that is known.
    refusal: RenderingError | None = None
    made: Rendition | None = None
    told: InfoRendition | None = None
    # It was made for this request, of its source.
    is_new: bool = False
    # What making it took of the worker, or trying to.
    cost: Cost | None = None
    # There is to be a fallback image, and it could not be had yet.
    lacks_fallback: bool = False
    error: RenderingError | None = None
    fields: dict[str, Any] = field(default_factory=dict)

    @property
    def is_info(self) -> bool:
        """Whether it asks about a source, as far as it was understood."""
        return self.job is not None and isinstance(self.job.options, InfoOptions)


def opened(environ: Mapping[str, Any]) -> Exchange:
    """A new exchange for the request with this WSGI environment."""
    headers = read(environ)
    return Exchange(
        request_id=request_id(headers),
        target=environ.get(TARGET) or request_target(environ),
        method=str(environ.get("REQUEST_METHOD", "")),
        client_ip=client_ip(headers, str(environ.get("REMOTE_ADDR", ""))),
        scheme=headers.get(FORWARDED_PROTO.name) or str(environ.get("wsgi.url_scheme", "http")),
        headers=headers,
    )


def begin(request: falcon.Request) -> Exchange:
    """Open the exchange of a request, if nobody has; every later caller of `exchange` gets the same."""
    found = request.env.get(KEY) or opened(request.env)
    request.context.exchange = found
    return cast("Exchange", found)


def exchange(request: falcon.Request) -> Exchange:
    """The exchange of a request, begun now if nothing has so far."""
    return cast("Exchange | None", request.context.get("exchange")) or begin(request)


def request_target(environ: Mapping[str, Any]) -> str:
    """The request target byte for byte where the server keeps it, else put together again; without a host."""
    raw = environ.get("RAW_URI") or environ.get("REQUEST_URI")
    if not raw:
        path = (environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1", "replace")
        query = environ.get("QUERY_STRING", "")
        raw = quote(path, safe="/:@!$&'()*+,;=~") + (f"?{query}" if query else "")
    return without_host(str(raw))
