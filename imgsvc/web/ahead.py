"""What is done of an image request before the worker's main thread has it: understood, allowed, and its source fetched.

The application finds it in the exchange. So a request is read once, and whoever makes its picture waits for nobody.
"""

import math
import time
from typing import Any

from imgsvc.errors import ClientClosedRequestError
from imgsvc.rendition import Job
from imgsvc.runtime.scope import NotAtOnceError, Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.byte_budget import ByteBudget, Claim
from imgsvc.sources.source import awaited
from imgsvc.web.exchange import KEY, Exchange, opened
from imgsvc.web.images import Images
from imgsvc.web.raw import RawBody
from imgsvc.web.reporting.tracing import end_trace
from imgsvc.web.stores import Looked

# A thread of its own waits so long for a store that does not answer, and for as long nobody else is sent there.
_PATIENT_LOOKUP_SECONDS = 5.0


class PreparedImage:
    """One request for an image; imgsvc.runtime.ahead.Prepared."""

    def __init__(self, images: Images, current: Exchange, job: Job, scope: Scope, claim: Claim) -> None:
        self._images, self._current, self._job, self._scope = images, current, job, scope
        self._claim = scope.credit = claim

    @property
    def source(self) -> SourceUrl:
        """What is to be fetched."""
        return self._job.source

    @property
    def awaited(self) -> str:
        """The origin whose answer it waits for first."""
        return awaited(self._images.renderer.sources, self._job.source)

    @property
    def is_streamed(self) -> bool:
        """Whether the source's own answer is passed on."""
        return isinstance(self._current.source, RawBody)

    @property
    def wants_lookup(self) -> bool:
        """Whether a store of results is to be asked first, which may take its time."""
        return self._images.stores.wants(self._current, self._job)

    def look_up(self) -> Looked:
        """What that has; nobody waits for that for as long as it may take, of which a login is a part."""
        return self._images.stores.look_up(self._current, self._job, _PATIENT_LOOKUP_SECONDS)

    def has_found(self, found: Looked | None) -> bool:
        """Take it; whether it is good."""
        return self._images.take(self._current, self._job, found)

    def makes_do(self) -> bool:
        """Take what is old; whether there is something."""
        return self._images.stores.makes_do(self._current, self._job)

    def fetch(self, patient_seconds: float = math.inf) -> None:
        """Have the source, or the error in its place; NotAtOnceError where that takes longer."""
        if patient_seconds < math.inf:
            self._check_patience()
        self._scope.patient_until = time.monotonic() + patient_seconds
        try:
            self._images.fetch(self._current, self._job, self._scope)
        finally:
            self._scope.patient_until = math.inf
        if self._current.trace:
            self._current.trace.waits()

    def _check_patience(self) -> None:
        if self._job.options.raw:
            raise NotAtOnceError("what is passed on needs a thread anyway")
        if self._images.renderer.must_wait_for_watermarks(self._job):
            raise NotAtOnceError("a watermark is fetched beside the source")

    def refuse(self, error: Exception) -> bool:
        """Let there be this error in place of the source; whether `fetch` would find what stands in for it."""
        if self._images.refuse(self._current, self._job, error):
            return False
        return self._images.renderer.has_stand_in(self._job, error)

    def begin(self) -> None:
        """Wait for no bytes any more: the picture is being made."""
        self._claim.hurry()
        if self._current.trace:
            self._current.trace.goes_on()

    def end(self) -> None:
        """Give the source's bytes back."""
        self._claim.release()
        self._forget()

    def abandon(self, status: int) -> None:
        """Let go of what was fetched; this status was answered."""
        source, self._current.source = self._current.source, None
        if isinstance(source, RawBody):
            source.end(ClientClosedRequestError("nobody waits for it any more"))
        self._claim.release()
        end_trace(self._current, status, self._images.path_prefix)
        self._forget()

    def _forget(self) -> None:
        """An error knows where it was raised, and so the source, and so itself: nothing of it would go at once."""
        self._scope.let_go()
        current = self._current
        for error in (current.error, current.source_error):
            _forget_where(error)
        current.source = current.source_error = current.stand_in = current.made = current.error = None
        current.kept = current.kept_source = current.to_keep = None
        current.watermarks = ()


def _forget_where(error: BaseException | None) -> None:
    while error and error.__traceback__:
        error.__traceback__ = None
        error = error.__cause__ or error.__context__


class PrepareImages:
    """Prepares what the resource behind it answers; imgsvc.runtime.ahead.Ahead."""

    def __init__(self, images: Images, budget: ByteBudget) -> None:
        self._images = images
        self._budget = budget

    @property
    def held_bytes(self) -> int:
        """What of sources is held in memory, or promised to."""
        return self._budget.held

    def __call__(self, environ: dict[str, Any]) -> PreparedImage | None:
        """None for what is no image, or may not be served: that costs no fetch, and the application says why."""
        if environ.get("REQUEST_METHOD") != "GET":
            return None
        current = environ[KEY] = opened(environ)
        try:
            job, scope = self._images.begin(current, environ)
        except Exception:  # noqa: BLE001 (the application comes upon it again, and answers it)
            return None
        self._images.stores.glance(current, job)
        if current.source is not None:
            return None
        return PreparedImage(self._images, current, job, scope, self._budget.claim(job.source.origin))
