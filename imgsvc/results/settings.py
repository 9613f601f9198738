"""Settings of the store of results."""

from dataclasses import dataclass

from imgsvc.keeping.location import LOCATION, Location
from imgsvc.settings.env import choice, integer, setting


@dataclass(frozen=True, slots=True)
class ResultStoreSettings:
    """Where finished pictures are kept, and for how long they are good."""

    result_store: Location | None = setting(
        None,
        LOCATION,
        "Keep finished pictures in this folder or bucket and answer with them; docs/results.md says what is kept.",
        zero="off",
    )
    result_store_fresh: int = setting(
        3600,
        integer(0),
        "Seconds until the source is asked whether a kept picture still holds, where its own Cache-Control is silent.",
        zero="each time",
    )
    result_store_for: str = setting(
        "all",
        choice("all", "presets"),
        "Of what URLs results are kept: of all, or of those that name presets and no other options.",
    )
    result_store_min_ms: int = setting(0, integer(0), "Keep only what took at least so many milliseconds to make.")
