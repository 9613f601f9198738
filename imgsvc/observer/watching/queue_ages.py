"""How long connections have been waiting, told from looking again and again at who waits: the kernel does not say."""

from collections.abc import Set


class QueueAges:
    """Remembers since when each was seen; no more of them than the queue holds."""

    def __init__(self) -> None:
        self._seen: dict[str, float] = {}
        self._looked = 0.0

    def look(self, waiting: Set[str], now: float) -> None:
        """These wait now, by their addresses."""
        self._seen = {each: self._seen.get(each, now) for each in waiting}
        self._looked = now

    def oldest(self) -> float:
        """Seconds since the one that waits longest was first seen, at the last look; 0 if nobody waited then.

        Not until now: looks may be seconds apart, and who waited a moment then is long served.
        """
        return self._looked - min(self._seen.values(), default=self._looked)
