"""Sizes that URLs may ask for: exact ones and steps, for every URL or for those that name a preset."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from imgsvc.options.geometry import Size
from imgsvc.settings.env import ExplainedError, Kind

_SIDE = re.compile(r"([0-9]{1,9})(?:-([0-9]{1,9})/([0-9]{1,9}))?")
_EXPECTED = (
    "sizes separated by commas: 300x200, 300x or x200, 300 for any side, 100-2000/100 for steps in place of"
    " a number, 0x0 for the picture's own; then ;preset=sizes for those who name it"
)


class Steps(NamedTuple):
    """Numbers of pixels: `low`, and from there on in steps up to `high`."""

    low: int
    high: int
    step: int

    def next(self, side: int) -> int | None:
        """The smallest that is no smaller."""
        found = self.low + max(0, -(-(side - self.low) // self.step)) * self.step
        return found if found <= self.high else None


@dataclass(frozen=True, slots=True)
class AllowedSize:
    """An entry of the list; without steps, a side is not asked for, and follows from the picture."""

    across: tuple[Steps, ...]
    down: tuple[Steps, ...]
    # Of numbers alone: for either side, or both.
    is_either: bool = False

    def next(self, size: Size) -> Size | None:
        """The smallest of its sizes that is no smaller than one that is asked for; 0 is a side that is not."""
        if self.is_either and not any(size):
            return None
        width, height = self._side(size.width, self.across), self._side(size.height, self.down)
        return None if width is None or height is None else Size(width, height)

    def _side(self, side: int, steps: tuple[Steps, ...]) -> int | None:
        if side == 0:
            return 0 if self.is_either or not steps else None
        return min((found for each in steps if (found := each.next(side)) is not None), default=None)


@dataclass(frozen=True, slots=True)
class AllowedSizes:
    """Those of every URL, and those that a URL may ask for besides, by the preset that it names."""

    everywhere: tuple[AllowedSize, ...] = ()
    by_preset: tuple[tuple[str, tuple[AllowedSize, ...]], ...] = ()
    text: str = ""

    def __bool__(self) -> bool:
        """Whether there are any: without them, all are allowed."""
        return bool(self.everywhere or self.by_preset)

    def next(self, size: Size, presets: Iterable[str]) -> Size | None:
        """The smallest allowed one that is no smaller than `size`, which it is itself if that is allowed."""
        named = frozenset(presets)
        granted = [each for preset, found in self.by_preset if preset in named for each in found]
        found = [larger for each in (*self.everywhere, *granted) if (larger := each.next(size)) is not None]
        return min(found, key=lambda each: (max(1, each.width) * max(1, each.height), each), default=None)


def _allowed_sizes(text: str) -> AllowedSizes:
    everywhere: tuple[AllowedSize, ...] = ()
    by_preset = []
    for group in filter(None, map(str.strip, text.split(";"))):
        preset, equals, listed = group.rpartition("=")
        found = _group([each.strip() for each in listed.split(",") if each.strip()])
        if equals and not preset.strip():
            raise ValueError(group)
        if equals:
            by_preset.append((preset.strip(), found))
        else:
            everywhere += found
    return AllowedSizes(everywhere, tuple(by_preset), text)


def _group(texts: list[str]) -> tuple[AllowedSize, ...]:
    sides = tuple(_steps(each) for each in texts if "x" not in each)
    pairs = (each.partition("x") for each in texts if "x" in each)
    sizes = tuple(AllowedSize(_side(across), _side(down)) for across, _, down in pairs)
    return (AllowedSize(sides, sides, is_either=True), *sizes) if sides else sizes


def _side(text: str) -> tuple[Steps, ...]:
    return () if text in ("", "0") else (_steps(text),)


def _steps(text: str) -> Steps:
    found = _SIDE.fullmatch(text)
    low, high, step = (int(each) for each in found.groups(default="0")) if found else (0, 0, 0)
    if low < 1 or (found and found[2] and (high < low or step < 1)):
        raise ExplainedError(f"{_EXPECTED} (at {text!r})")
    return Steps(low, high, step) if high else Steps(low, low, 1)


ALLOWED_SIZES: Kind[AllowedSizes] = Kind(_EXPECTED, _allowed_sizes, lambda sizes: sizes.text)
