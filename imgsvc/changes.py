"""What a reload changes: each setting that is another one now, and whether that has an effect before a restart."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from imgsvc.config import Config
from imgsvc.settings.env import masked

_LOG = logging.getLogger("imgsvc")

_SHOWN_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Change:
    """A setting and its two values as they may be shown."""

    name: str
    before: str
    after: str
    is_secret: bool = False

    def __str__(self) -> str:
        return f"{self.name} has changed" if self.is_secret else f"{self.name} was {self.before!r}, is {self.after!r}"


def changes(before: Config, after: Config) -> Iterator[Change]:
    """Each setting that differs."""
    for section in fields(Config):
        old, new = getattr(before, section.name), getattr(after, section.name)
        for each in fields(old):
            was, is_now = getattr(old, each.name), getattr(new, each.name)
            if was != is_now:
                show, is_secret = each.metadata["kind"].show, each.metadata["secret"]
                texts = [masked(_cut(show(value)), secret=is_secret) for value in (was, is_now)]
                yield Change(each.name.upper(), texts[0], texts[1], is_secret)


def tell_changes(before: Config, after: Config, without_effect: Mapping[str, str]) -> None:
    """Log a line for each, and one where there is none; `without_effect` says why a setting waits for a restart."""
    found = list(changes(before, after))
    for change in found:
        if reason := without_effect.get(change.name):
            _LOG.warning("Reload: %s: %s", change, reason)
        else:
            _LOG.info("Reload: %s: taken over", change)
    if not found:
        _LOG.info("Reload: no setting has changed; the workers are replaced all the same")


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}..."
