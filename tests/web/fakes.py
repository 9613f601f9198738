"""A renderer that answers as it is told, and a client of the application around it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from falcon import testing

from imgsvc.config import Config
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from imgsvc.options.processing import ProcessingOptions
from imgsvc.rendition import Job, NotModified, RawRendition, RenderRequest, Rendition
from imgsvc.runtime.scope import Journal, Scope
from imgsvc.security.limits import Limits, limits_for
from imgsvc.security.settings import LimitSettings
from imgsvc.source_url import SourceUrl
from imgsvc.sources.source import Fetched
from imgsvc.watermarks.fetching import Coming
from imgsvc.web.application import create_app
from imgsvc.web.stores import Stores

SOURCE_URL = "https://source.example/cats/cat.png"
MARK_URL = "https://marks.example/mark.png"


@dataclass(slots=True)
class FakeStream:
    """A source's answer that is all there already; an exception among the chunks is raised in its place."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": "image/png"})
    parts: tuple[bytes | Exception, ...] = (b"raw", b"bytes")
    is_closed: bool = False
    ended_by: object = None

    def chunks(self) -> Iterator[bytes]:
        for part in self.parts:
            if isinstance(part, Exception):
                raise part
            yield part

    def close(self) -> None:
        self.is_closed = True

    def __enter__(self) -> "FakeStream":
        return self

    def __exit__(self, _kind: object, error: object, _trace: object) -> None:
        self.ended_by = error
        self.close()


Outcome = Callable[[Job, Scope], Any]


def rendition(job: Job, _scope: Scope | None = None) -> Rendition:
    """A finished picture of three bytes."""
    return Rendition(b"png", Format.PNG, job, {"etag": '"source"'}, Size(20, 10), Size(4, 2), 99, Format.GIF)


def not_modified(job: Job, _scope: Scope | None = None) -> NotModified:
    return NotModified(job, {"etag": '"source"'})


def raw(stream: FakeStream) -> Outcome:
    """The source's own answer."""
    return lambda job, _scope: RawRendition(job, stream)


def failing(error: Exception) -> Outcome:
    """What cannot be rendered."""

    def fail(_job: Job, _scope: Scope) -> Any:
        raise error

    return fail


@dataclass(slots=True)
class FakeRenderer:
    """The real interface; it keeps what it was asked."""

    outcome: Outcome = rendition
    options: ProcessingOptions = field(default_factory=ProcessingOptions)
    refusal: Exception | None = None
    fallback: Outcome | None = None
    variant: str = ""
    # What results are kept under.
    key: str = ""
    source: SourceUrl = SourceUrl.parse(SOURCE_URL)
    is_fallback_late: bool = False
    limits: Limits = limits_for(LimitSettings(), ProcessingOptions())
    # It is wanted, and this happens when it is waited for.
    watermark: Callable[[], None] | None = None
    requests: list[RenderRequest] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)
    begun: list[SourceUrl] = field(default_factory=list)

    def prepare(self, request: RenderRequest) -> Job:
        self.requests.append(request)
        if self.refusal:
            raise self.refusal
        marks = (SourceUrl.parse(MARK_URL),) if self.watermark else ()
        return Job(request, self.options, self.source, self.variant, marks, self.key)

    def begin_watermarks(self, job: Job, _journal: Callable[[], Journal]) -> tuple[Coming, ...]:
        """They are under way."""
        self.begun += job.watermarks
        return tuple(map(Coming, job.watermarks))

    def must_wait_for_watermarks(self, job: Job) -> bool:
        """They never are there."""
        return bool(job.watermarks)

    def wait_for_watermarks(self, _marks: object, _scope: Scope) -> None:
        """What happens then."""
        assert self.watermark
        self.watermark()

    def limits_of(self, _job: Job) -> Limits:
        """Those of the settings."""
        return self.limits

    def fetch(self, job: Job, scope: Scope) -> Any:
        """What comes out is known with the source; what is not raw is handed to `make` in its place."""
        self.jobs.append(job)
        return self.outcome(job, scope)

    def make(self, job: Job, source: Any, _scope: Scope, _marks: object = ()) -> Any:
        return rendition(job) if isinstance(source, Fetched) else source

    def has_stand_in(self, _job: Job, _error: Exception) -> bool:
        return self.fallback is not None

    def lacks_fallback(self, _job: Job, _error: Exception) -> bool:
        return self.is_fallback_late

    def fetch_fallback(self, job: Job, scope: Scope, _error: Exception, _journal: object = None, **_how: bool) -> Any:
        return self.fallback(job, scope) if self.fallback else None

    def make_fallback(self, _job: Job, fallback: Any, _scope: Scope, _marks: object = ()) -> Any:
        return fallback


class FakeTrace:
    """Keeps what it is told."""

    trace_id = "a-trace"

    def __init__(self) -> None:
        self.told: list[str] = []
        self.ended: Any = None

    def enter(self, stage: str) -> None:
        self.told.append(f"+{stage}")

    def leave(self, stage: str, _error: object) -> None:
        self.told.append(f"-{stage}")

    def beside(self, what: str, peer: str, _began: float, _ended: float, error: object) -> None:
        self.told.append(f"={what} {peer} {type(error).__name__}")

    def headers(self) -> dict[str, str]:
        return {"traceparent": "x"}

    def end(self, attributes: Any, status: int, error: object) -> None:
        self.ended = (attributes, status, type(error).__name__)


class FakeTraces:
    """Keeps those that it began."""

    def __init__(self) -> None:
        self.traces: list[FakeTrace] = []

    def begin(self, _headers: object, _started: float) -> FakeTrace:
        self.traces.append(FakeTrace())
        return self.traces[-1]


def client(
    renderer: FakeRenderer | None = None, stores: Stores = Stores(), **sections: Mapping[str, Any]
) -> testing.TestClient:
    """A client of the application; each section's fields replace the defaults."""
    made = renderer or FakeRenderer()
    return testing.TestClient(create_app(made, config_of(**sections), stores=stores))  # type: ignore[arg-type]


def config_of(**sections: Mapping[str, Any]) -> Config:
    """The default settings, with each section's fields replaced by these."""
    config = Config()
    return replace(config, **{name: replace(getattr(config, name), **values) for name, values in sections.items()})
