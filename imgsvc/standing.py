"""Images that are loaded before anything is served: the watermark, and the fallback image.

A file or an origin is asked in a process of its own: a disk or a name server that hangs is left behind with it, and no
thread, connection or half-read answer of the fetch is there when workers are forked.
"""

import base64
import binascii
import logging
import pickle
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from imgsvc.errors import (
    EndedError,
    RenderingError,
    SourceIncompleteError,
    SourceStatusError,
    SourceTimeoutError,
    SourceUnreachableError,
)
from imgsvc.imaging.pixels import Watermark
from imgsvc.runtime.child import Child, ChildError, ChildLateError
from imgsvc.runtime.scope import NotAtOnceError, Scope
from imgsvc.settings.env import Mistake, SettingsError
from imgsvc.source_url import SourceUrl
from imgsvc.sources.network.body import fetch
from imgsvc.sources.source import Fetched, Source, SourceRequest
from imgsvc.watermarks.fallbacks import as_fallback
from imgsvc.watermarks.fetching import Mark
from imgsvc.web.settings import WatermarkSettings

# One try; the child that makes it is ended a little later, whatever it is doing.
TRY_SECONDS = 10.0
_GRACE_SECONDS = 1.0
# How long the start of a server goes on trying. systemd gives a start 90 seconds.
START_UP_SECONDS = 30.0
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 4.0
# Between two tries of a worker that needs an image which could not be had at the start.
LATE_PAUSE_SECONDS = 10.0
_SHOWN_CHARACTERS = 60
# Of statuses below 500: the origin is busy, not without the image.
_BUSY_STATUSES = frozenset({408, 425, 429})
# What the system says of names that are wrong: it will say the same again. What is no URL is a ValueError.
_LASTING = (ValueError, FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError)

_log = logging.getLogger("imgsvc")


@dataclass(frozen=True, slots=True)
class Given:
    """What the settings say of an image: its name in them, and where it is: in base64, else a file, else a URL."""

    name: str
    data: str
    path: Path | None
    url: str

    @property
    def is_set(self) -> bool:
        """Whether there is to be one."""
        return bool(self.data or self.path or self.url)

    def mistake(self, expected: str, *, is_passing: bool = False) -> Mistake:
        """What is wrong with it, under the variable that says where it is, its value cut where it is long."""
        variable = self.name + ("_DATA" if self.data else "_PATH" if self.path else "_URL")
        value = self.data or str(self.path or self.url)
        shown = value if len(value) <= _SHOWN_CHARACTERS else f"{value[:_SHOWN_CHARACTERS]}..."
        return Mistake(variable, expected, shown, is_passing=is_passing)


@dataclass(frozen=True, slots=True)
class _Failure:
    reason: str
    is_passing: bool = False


Check = Callable[[Fetched], object]


def load(given: Given, sources: Source, check: Check, patience_seconds: float = 0.0) -> Fetched:
    """The image, which passed `check`; SettingsError if it cannot be had.

    `check` raises a RenderingError, or ends the child in native code, where that image cannot be used. What may pass by
    itself is tried again for so many seconds.
    """
    found = _found(given, sources, check, patience_seconds)
    if isinstance(found, Fetched):
        return found
    raise SettingsError([given.mistake(f"an image that can be {found.reason}", is_passing=found.is_passing)])


def load_watermark(
    settings: WatermarkSettings, sources: Source, decode: Callable[[Fetched], Image.Image], patience_seconds: float
) -> Watermark | None:
    """The configured watermark, if there is to be one; SettingsError if it cannot be had."""
    given = Given("WATERMARK", settings.watermark_data, settings.watermark_path, settings.watermark_url)
    if not given.is_set:
        return None
    found = load(given, sources, decode, patience_seconds)
    opacity = settings.watermark_opacity
    return Watermark(decode(found), opacity, f"{Mark.of(found).digest}*{opacity}")


class Late:
    """An image that could not be had at the start: whoever needs it tries again, and keeps it once it is there."""

    def __init__(self, given: Given, sources: Source, clock: Callable[[], float] = time.monotonic) -> None:
        self._given, self._sources, self._clock = given, sources, clock
        self._next = clock()
        self._found: Fetched | None = None
        self._lock = threading.Lock()

    def __call__(self, scope: Scope) -> Fetched | None:
        """The image, or nothing; a try is a fetch like any other, in the time that the request has left."""
        if self._found or not self._is_our_turn():
            return self._found
        try:
            url = SourceUrl.parse(self._given.url)
            with scope.stage("fetch", url):
                self._found = as_fallback(fetch(self._sources, SourceRequest(url), scope, 0))
        except NotAtOnceError:
            # Whoever asks again goes on with it, and it is still his turn.
            self._next = self._clock()
            raise
        except RenderingError as error:
            _log.warning("%s_URL still cannot be had: %s", self._given.name, error)
        return self._found

    def _is_our_turn(self) -> bool:
        """Whether it is time for another try; of several threads at once, one is told so."""
        with self._lock:
            if self._clock() < self._next:
                return False
            self._next = self._clock() + LATE_PAUSE_SECONDS
            return True


def may_pass(error: BaseException) -> bool:
    """Whether the same image may be had a moment later, with the same settings."""
    if isinstance(error, SourceStatusError):
        return error.status >= 500 or error.status in _BUSY_STATUSES
    if isinstance(error, SourceUnreachableError):
        return any(isinstance(each, OSError) and not isinstance(each, _LASTING) for each in _causes(error))
    return isinstance(error, SourceTimeoutError | SourceIncompleteError | EndedError)


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause = error.__cause__
    while cause:
        yield cause
        cause = cause.__cause__ or cause.__context__


def _found(given: Given, sources: Source, check: Check, patience_seconds: float) -> Fetched | _Failure:
    end, pause = time.monotonic() + patience_seconds, _FIRST_PAUSE_SECONDS
    child = Child(lambda _: pickle.dumps(_read(given, sources, check)))
    try:
        while True:
            found = _asked(child)
            if isinstance(found, Fetched) or not found.is_passing or time.monotonic() + pause > end:
                return found
            _log.warning("There is no %s yet, and no server: no image that can be %s", given.name, found.reason)
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
    finally:
        child.close()


def _asked(child: Child) -> Fetched | _Failure:
    try:
        found = pickle.loads(child(b"", TRY_SECONDS + _GRACE_SECONDS))  # noqa: S301 (our own fork wrote it)
    except ChildError as error:
        is_late = isinstance(error, ChildLateError)
        return _Failure(f"loaded within {TRY_SECONDS:g} s" if is_late else f"read ({error})", is_passing=is_late)
    if isinstance(found, Fetched | _Failure):
        return found
    raise TypeError(type(found))


def _read(given: Given, sources: Source, check: Check) -> Fetched | _Failure:
    """In the child: get it once, and see whether it can be used."""
    try:
        found = _gotten(given, sources)
    except (binascii.Error, OSError, RenderingError) as error:
        return _Failure(f"loaded ({error})", may_pass(error))
    try:
        check(found)
    except RenderingError as error:
        return _Failure(f"read ({error})")
    return found


def _gotten(given: Given, sources: Source) -> Fetched:
    if given.data:
        return Fetched(200, {}, base64.b64decode(given.data, validate=True))
    if given.path:
        return Fetched(200, {}, given.path.read_bytes())
    return fetch(sources, SourceRequest(SourceUrl.parse(given.url)), Scope(TRY_SECONDS), 0)
