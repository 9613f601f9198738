"""Looks at a source's header, as `imgsvc explain` does: for the plan, and for why a picture cannot be had."""

import threading
import time
from collections import OrderedDict
from dataclasses import replace
from typing import Any, NamedTuple

from imgsvc.app import create_renderer
from imgsvc.commands.explanation import explain_as_json
from imgsvc.config import Config
from imgsvc.rendering import Renderer
from imgsvc.rendition import Job, RenderRequest
from imgsvc.runtime.scope import Scope
from imgsvc.sources.network.body import fetch
from imgsvc.sources.source import Fetched, SourceRequest
from imgsvc.web.headers.negotiation import accepted_formats
from imgsvc.web.settings import FallbackSettings, WatermarkSettings

_MOST_BYTES = 64 << 20
_KEPT_SECONDS = 60.0
_KEPT_BYTES = 128 << 20


class _Kept(NamedTuple):
    until: float
    fetched: Fetched


class Looker:
    """Fetches by the same rules as the server, and keeps the last few sources for a minute, for as many knobs."""

    def __init__(self, config: Config) -> None:
        # Neither is looked at, and their origins shall not be asked by one more process.
        plain = replace(config, watermark=WatermarkSettings(), fallback=FallbackSettings())
        limit = config.limits.max_src_file_size
        limits = replace(config.limits, max_src_file_size=min(limit or _MOST_BYTES, _MOST_BYTES))
        self.renderer: Renderer = create_renderer(replace(plain, limits=limits))
        self._seconds = config.runtime.timeout
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def look(self, target: str, accept: str) -> dict[str, Any]:
        """What `imgsvc explain --json` says; RenderingError where that is why there is no picture."""
        job = self.renderer.prepare(RenderRequest(target, accepted=accepted_formats(accept)))
        if job.options.raw:
            return {"lines": [("plan", "the source is passed on as it is")], "on_source": [], "on_result": []}
        _, decision = self.renderer.decide(job, self._fetched(job))
        return explain_as_json(job, decision, self.renderer.defaults)

    def _fetched(self, job: Job) -> Fetched:
        found = self._kept.get(job.source.text)
        if found and found.until > time.monotonic():
            return found.fetched
        limit = self.renderer.limits_of(job).file_size
        fetched = fetch(self.renderer.sources, SourceRequest(job.source), Scope(self._seconds), limit)
        self._keep(job.source.text, fetched)
        return fetched

    def _keep(self, source: str, fetched: Fetched) -> None:
        with self._lock:
            self._kept.pop(source, None)
            self._kept[source] = _Kept(time.monotonic() + _KEPT_SECONDS, fetched)
            while sum(len(each.fetched.body) for each in self._kept.values()) > _KEPT_BYTES:
                self._kept.popitem(last=False)
