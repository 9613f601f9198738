"""Fetch: a source's answer together with the stage that it is part of.

There is no other way to a source. So nothing is held for an origin that its share does not count, whoever reads the
body and however long that takes, and how the origin did is told when its last byte is there.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from types import TracebackType

from imgsvc.errors import ClientClosedRequestError
from imgsvc.runtime.scope import Scope
from imgsvc.sources.secrecy import Discreet
from imgsvc.sources.source import Source, SourceRequest, Stream


class Fetch(Stream):
    """Opens the stream in the stage "fetch", which ends when the stream is closed."""

    def __init__(self, source: Source, request: SourceRequest, scope: Scope) -> None:
        with ExitStack() as held:
            held.enter_context(scope.stage("fetch", request.source))
            if request.source.is_secret:
                # Within the stage, for a trace is told of its error.
                held.enter_context(Discreet(request.source))
            told = replace(request, headers={**request.headers, **scope.passed_on()})
            self._stream = held.enter_context(source.open(told, scope))
            self._held = held.pop_all()
        self.status = self._stream.status
        self.headers = self._stream.headers

    def chunks(self) -> Iterator[bytes]:
        """The body as it comes."""
        return self._stream.chunks()

    def close(self) -> None:
        """Give it up before its end: that says nothing of the origin. After its end, nothing."""
        error = ClientClosedRequestError("nobody waits for the rest of the source")
        self._held.__exit__(type(error), error, None)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it, by this error if there is one."""
        self._held.__exit__(kind, error, trace)
