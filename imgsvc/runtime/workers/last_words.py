"""What a worker that ended inside native code leaves behind: its Python stack, written without the interpreter.

The arbiter makes the paper before the fork and reads it after the end; so it also knows which ends were crashes.
"""

import faulthandler
import os
import signal
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
        """Have every fatal signal's stack written to it; in the worker's main thread, its signal handlers being set."""
        faulthandler.enable(self.descriptor, all_threads=False)
        # `chain`: after the stack comes what the signal does by itself, which is to end the process.
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        faulthandler.register(signal.SIGALRM, self.descriptor, all_threads=True, chain=True)

    def arm(self, seconds: float) -> None:
        """End this process in so many seconds, whoever holds the interpreter then, its stack written."""
        # PERF: dump_traceback_later starts and joins a thread for each request, a tenth of a small picture's time.
        signal.setitimer(signal.ITIMER_REAL, seconds)

    def disarm(self) -> None:
        """It was done in time."""
        signal.setitimer(signal.ITIMER_REAL, 0)

    def read(self) -> str:
        """What was written; nothing if the process ended in any other way."""
        return os.pread(self.descriptor, _MAX_BYTES, 0).decode("utf-8", "replace").strip()

    def close(self) -> None:
        """Throw it away."""
        os.close(self.descriptor)
