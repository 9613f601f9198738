"""Settings of the store of sources."""

from dataclasses import dataclass

from imgsvc.keeping.location import LOCATION, Location
from imgsvc.keeping.storage import MAX_BYTES
from imgsvc.security.patterns import SourcePattern
from imgsvc.security.settings import PATTERNS
from imgsvc.settings.env import integer, setting


@dataclass(frozen=True, slots=True)
class SourceStoreSettings:
    """Where sources are kept, which of them, and for how long they are good."""

    source_store: Location | None = setting(
        None,
        LOCATION,
        "Keep sources as they were fetched in this folder or bucket, and make pictures of them; docs/results.md says"
        " what is kept.",
        zero="off",
    )
    source_store_fresh: int = setting(
        3600,
        integer(0),
        "Seconds until the origin is asked whether a kept source still holds, where its own Cache-Control is silent.",
        zero="each time",
    )
    source_store_for: tuple[SourcePattern, ...] = setting(
        (), PATTERNS, "Keep only sources whose URLs begin with one of these, as in ALLOWED_SOURCES.", zero="all"
    )
    source_store_max_bytes: int = setting(
        16 << 20, integer(1, MAX_BYTES), "Larger sources are not kept, and are fetched each time."
    )
