"""What goes into the journey of a request, and what comes out: values without HTTP in them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from imgsvc.options.processing import ProcessingOptions
from imgsvc.options.saving import Placeholder
from imgsvc.source_url import SourceUrl
from imgsvc.sources.source import Stream


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """What a client sent, less HTTP: the raw target, headers for the source (lower case), formats it accepts."""

    target: str
    source_headers: Mapping[str, str] = field(default_factory=dict)
    accepted: frozenset[Format] = frozenset()


@dataclass(frozen=True, slots=True)
class Job:
    """A request that may be served: signed, understood, and for an allowed source."""

    request: RenderRequest
    options: ProcessingOptions
    source: SourceUrl
    # Names what decides the bytes besides the URL and the source; empty where nothing does.
    variant: str = ""
    # The watermarks that the URL names, allowed as well, each once.
    watermarks: tuple[SourceUrl, ...] = ()
    # What its result is kept under; empty where none is kept.
    key: str = ""
    # The fallback image that it names, allowed as well; None where there is none.
    fallback: SourceUrl | None = None


@dataclass(frozen=True, slots=True)
class Rendition:
    """The finished result, with what the response's headers are made of."""

    body: bytes
    format: Format | Placeholder
    job: Job
    # The source's own, lower case: for validators and freshness.
    source_headers: Mapping[str, str]
    origin_size: Size
    result_size: Size
    origin_bytes: int
    origin_format: Format


@dataclass(frozen=True, slots=True)
class NotModified:
    """The source says that the client's copy is still good."""

    job: Job
    source_headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RawRendition:
    """The source's own answer, to be passed on unread; whoever gets it closes the stream."""

    job: Job
    stream: Stream


@dataclass(frozen=True, slots=True)
class InfoRendition:
    """What is told of a source, in JSON."""

    body: bytes
    job: Job
    source_headers: Mapping[str, str]
    origin_format: Format
