"""A store as requests see it: what cannot be asked is said in the log, and is nobody's error."""

import logging
import time
from collections.abc import Callable

from imgsvc.errors import RenderingError
from imgsvc.keeping.lookup import Lookup
from imgsvc.keeping.storage import LOOKUP_SECONDS, MAX_BYTES, Storage

_LOG = logging.getLogger("imgsvc.keeping")

# Between two lines that say that the store cannot be asked.
_SILENT_SECONDS = 60.0


class Shelf:
    """One for all threads of a worker; `setting` is the one that names the store."""

    def __init__(
        self,
        storage: Storage,
        setting: str,
        clock: Callable[[], float] = time.monotonic,
        most_bytes: int = MAX_BYTES,
    ) -> None:
        self.storage = storage
        self._setting = setting
        self._clock = clock
        self._most_bytes = most_bytes
        self._told = -_SILENT_SECONDS

    def glance(self, key: str) -> bytes | None:
        """What is there, as far as nobody has to be waited for; NotAtOnceError where `get` has to say it."""
        return self.storage.at_once(key)

    def get(self, key: str, seconds: float = LOOKUP_SECONDS) -> bytes | Lookup:
        """What is there; MISS, or FAILED."""
        try:
            return self.storage.get(key, seconds, self._most_bytes) or Lookup.MISS
        except (OSError, RenderingError) as error:
            self._tell(error)
            return Lookup.FAILED

    def _tell(self, error: Exception) -> None:
        """One line for many: a store that is down fails each of a thousand requests."""
        now = self._clock()
        if now - self._told >= _SILENT_SECONDS:
            self._told = now
            _LOG.warning("%s cannot be asked, and pictures are made: %s", self._setting, error)
