"""What a worker that ended inside native code leaves behind: its Python stack, written without the interpreter.

The arbiter makes the paper before the fork and reads it after the end; so it also knows which ends were crashes.
"""

import faulthandler
import os
from dataclasses import dataclass

_MAX_BYTES = 16_384


@dataclass(frozen=True, slots=True)
class LastWords:
    """A file without a name that a worker and the arbiter share."""

    descriptor: int

    @classmethod
    def prepare(cls) -> "LastWords":
        """Make it; in the arbiter, before the fork."""
        return cls(os.memfd_create("imgsvc-last-words", os.MFD_CLOEXEC))

    def listen(self) -> None:
        """Have every fatal signal's stack written to it; in the worker, once its signal handlers are set."""
        faulthandler.enable(self.descriptor, all_threads=False)

    def arm(self, seconds: float) -> None:
        """End this process in so many seconds, whoever holds the interpreter then, its stack written."""
        faulthandler.dump_traceback_later(seconds, exit=True, file=self.descriptor)

    def disarm(self) -> None:
        """It was done in time."""
        faulthandler.cancel_dump_traceback_later()

    def read(self) -> str:
        """What was written; nothing if the process ended in any other way."""
        return os.pread(self.descriptor, _MAX_BYTES, 0).decode("utf-8", "replace").strip()

    def close(self) -> None:
        """Throw it away."""
        os.close(self.descriptor)
