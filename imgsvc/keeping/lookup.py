"""What a look into a store comes to."""

from enum import StrEnum


class Lookup(StrEnum):
    """As the log and the metrics say it."""

    HIT = "hit"
    RENEWED = "renewed"  # it was old, and the source says that it holds
    STALE = "stale"  # it was old, and the source could not be asked
    MISS = "miss"
    FAILED = "failed"  # the store could not be asked, or did not answer in time
