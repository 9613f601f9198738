"""What comes of several URLs of one source: its header is read, once, by the same rules as the server's."""

from collections.abc import Callable
from dataclasses import dataclass, field

from imgsvc.errors import RenderingError
from imgsvc.imaging.decision import Decision
from imgsvc.rendering import Renderer
from imgsvc.rendition import Job, RenderRequest
from imgsvc.runtime.scope import Scope
from imgsvc.sources.network.body import fetch
from imgsvc.sources.source import Fetched, SourceRequest


@dataclass(slots=True)
class Looker:
    """By a renderer that is made when it is needed; `fault` is why the source could not be looked at."""

    create: Callable[[], Renderer]
    timeout_seconds: float
    fault: RenderingError | None = None
    _found: tuple[Renderer, Fetched] | None = field(default=None, init=False)

    def look(self, target: str) -> Decision | None:
        """What is decided for a path as a server receives it; None where that cannot be known."""
        if self.fault:
            return None
        try:
            renderer, fetched, job = self._at(target)
            return renderer.decide(job, fetched)[1]
        except RenderingError as error:
            self.fault = error
            return None

    def _at(self, target: str) -> tuple[Renderer, Fetched, Job]:
        renderer = self._found[0] if self._found else self.create()
        job = renderer.prepare(RenderRequest(target))
        if self._found is None:
            limit = renderer.limits_of(job).file_size
            fetched = fetch(renderer.sources, SourceRequest(job.source), Scope(self.timeout_seconds), limit)
            self._found = renderer, fetched
        return renderer, self._found[1], job
