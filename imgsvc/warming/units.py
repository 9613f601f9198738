"""What is worked on: a unit is one source with all of its renditions, so that it is fetched once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from imgsvc.options.formats import Format


@dataclass(frozen=True, slots=True)
class Wish:
    """One rendition of every source: options as they stand in a URL, the format behind them, what a client accepts."""

    name: str
    options: str
    extension: str = ""
    accepted: frozenset[Format] = frozenset()

    @property
    def label(self) -> str:
        """What it is called where several differ by no more than their format, or by what is accepted."""
        accepted = "+".join(sorted(each.word for each in self.accepted))
        return self.name + (f"@{self.extension}" if self.extension else "") + (f" for {accepted}" if accepted else "")


@dataclass(frozen=True, slots=True)
class Unit:
    """A source that is due."""

    source: str
    # What the listing says of it, which is another where the source has changed; empty where it says nothing.
    mark: str = ""
    # What stands at the target is of an older version of it.
    is_changed: bool = False
    # By what the source is asked whether it has changed; names of headers, lower case.
    conditions: Mapping[str, str] = field(default_factory=dict)
    # How often it was put off, or lost.
    tries: int = 0
    # Whether a worker ended that had nothing else to do.
    is_suspected: bool = False


class Status(StrEnum):
    """What became of a unit."""

    MADE = "made"
    KEPT = "kept"  # all of it stood at the target
    FAILED = "failed"  # the picture's fault: it is not tried again as long as it is the same
    LOST = "lost"  # the world's fault: it is tried again at the end, and by the next run
    PUT_OFF = "put off"  # its origin asks for patience; no end of it yet


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a unit, in what goes into a line of the manifest."""

    source: str
    status: Status
    mark: str = ""
    seconds: float = 0.0
    # Of the source; 0 where it was not fetched.
    source_bytes: int = 0
    # Bytes of each rendition that was made, by the wish's label.
    made: Mapping[str, int] = field(default_factory=dict)
    # The source's own, to ask by the next time.
    validators: Mapping[str, str] = field(default_factory=dict)
    # Of these, those that a server or CDN had kept.
    cached: int = 0
    error: str = ""
    says: str = ""
    # Seconds for which its origin is to be left alone, where it was put off.
    patience: float = 0.0

    @property
    def saved_bytes(self) -> int:
        """How many fewer bytes the renditions have than if each were the source."""
        return self.source_bytes * len(self.made) - sum(self.made.values()) if self.source_bytes else 0


@dataclass(frozen=True, slots=True)
class Order:
    """What every worker has to know: it is the same for all units of a run."""

    wishes: tuple[Wish, ...]
    # `store`, `nowhere`, or the template of files.
    target: str
    # Of the settings that make the pictures what they are; who has others makes none.
    identity: str
    timeout_seconds: float
    memory_bytes: int
    # Beyond the time in which a unit ends by itself, its process ends with it.
    grace_seconds: float = 5.0
    # Between two requests of one worker to one origin.
    pause_seconds: float = 0.0
    # A folder of this machine in which a process leaves what it was doing when it ended; empty between machines.
    last_words: str = ""
