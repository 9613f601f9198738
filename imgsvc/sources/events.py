"""An event that is waited for in poll(), beside sockets: threading's can be waited for alone only."""

import os


class PollableEvent:
    """Once set, it stays set, for any number of threads that wait; its descriptor lives as long as somebody has it."""

    _descriptor = -1

    def __init__(self) -> None:
        self._descriptor = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)

    def fileno(self) -> int:
        """What is readable from when it is set."""
        return self._descriptor

    def set(self) -> None:
        """Wake everybody."""
        os.eventfd_write(self._descriptor, 1)

    def __del__(self) -> None:
        # Nobody closes it but the last who has it: a number that were given to another file is then never polled.
        if self._descriptor >= 0:
            os.close(self._descriptor)
