"""How long connections have been waiting, told from looking again and again at who waits: the kernel does not say."""

from collections.abc import Set


class QueueAges:
    """Remembers since when each was seen; no more of them than the queue holds."""

    def __init__(self) -> None:
        self._seen: dict[str, float] = {}

    def look(self, waiting: Set[str], now: float) -> None:
        """These wait now, by their addresses."""
        self._seen = {each: self._seen.get(each, now) for each in waiting}

    def oldest(self, now: float) -> float:
        """Seconds since the one that waits longest was first seen; 0 if nobody waits."""
        return now - min(self._seen.values(), default=now)
