"""What URLs may ask for beside presets, which may ask for anything: decided from what was read, before any fetch.

A picture that both sides are asked of fits into that size, whatever else is asked for. A side that is not asked for
follows from the picture, and no option of the URL may say otherwise: then a shape, or a size beyond what is asked
for, is a preset's to say.
"""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from imgsvc.errors import ForbiddenOptionError, SizeNotAllowedError
from imgsvc.options.geometry import ResizingType, Size
from imgsvc.options.processing import Crop, ProcessingOptions
from imgsvc.url.pipelines import pipeline, with_pipeline
from imgsvc.url.policies.sizes import AllowedSizes

# What plans are made with; transforms/planning/bounds.py brings whatever lies beyond back to it.
_FAR = 1e9


class _Asked(NamedTuple):
    """Whatever of a pipeline's options says how large its result is to be."""

    width: int
    height: int
    zoom_x: float
    zoom_y: float
    dpr: float
    min_width: int
    min_height: int

    @classmethod
    def of(cls, options: ProcessingOptions) -> "_Asked":
        return cls(*(getattr(options, name) for name in cls._fields))

    @property
    def size(self) -> Size:
        """In pixels of the result; 0 is a side that is not asked for."""
        return Size(_side(self.width, self.dpr * self.zoom_x), _side(self.height, self.dpr * self.zoom_y))


def _side(wanted: int, factor: float) -> int:
    return max(1, math.floor(min(wanted * factor, _FAR) + 0.5)) if wanted else 0


@dataclass(frozen=True, slots=True)
class OptionPolicy:
    """The options that a URL may use, by the names spelled in it, and those that it may where it names a preset."""

    everywhere: frozenset[str] = frozenset()
    by_preset: tuple[tuple[str, tuple[str, ...]], ...] = ()
    # The setting that lists them.
    setting: str = "ALLOWED_PROCESSING_OPTIONS"

    def check(self, names: Iterable[str], presets: Collection[str]) -> None:
        """Refuse a name that is not listed; without any list, all are allowed."""
        if not (self.everywhere or self.by_preset):
            return
        granted = {name for preset, found in self.by_preset if preset in presets for name in found}
        for name in names:
            if name not in self.everywhere and name not in granted:
                raise ForbiddenOptionError(f"{self.setting} does not list {name!r}")


@dataclass(frozen=True, slots=True)
class SizePolicy:
    """The sizes that may be asked for; `rounds_up`: another one is taken for the next larger of them."""

    sizes: AllowedSizes
    rounds_up: bool = False

    def applied(
        self, options: ProcessingOptions, own: ProcessingOptions, presets: Collection[str]
    ) -> ProcessingOptions:
        """`options` as they may be served; SizeNotAllowedError. `own` are what its `presets` alone would ask for."""
        self._check_result(options, own, presets)
        for number in range(len(options.pipelines)):
            wishes = self._pipeline(pipeline(options, number), pipeline(own, number), presets)
            options = with_pipeline(options, number, wishes)
        return options

    def _check_result(self, options: ProcessingOptions, own: ProcessingOptions, presets: Collection[str]) -> None:
        if options.max_result_dimension != own.max_result_dimension:
            raise SizeNotAllowedError("max_result_dimension is a size of its own, which ALLOWED_SIZES cannot list")
        is_passed_on = (options.raw and not own.raw) or len(options.skip_processing) > len(own.skip_processing)
        is_sized = any(any(_Asked.of(each).size) or max(_area(each)) >= 1 for each in options.pipelines)
        if (is_passed_on or not is_sized) and self.sizes.next(Size(0, 0), presets) is None:
            raise SizeNotAllowedError("no size is asked for, and ALLOWED_SIZES does not list 0x0, the picture's own")
        if options.pages != own.pages:
            _check_shape("pages", _Asked.of(options).size)

    def _pipeline(
        self, options: ProcessingOptions, own: ProcessingOptions, presets: Collection[str]
    ) -> ProcessingOptions:
        asked = _Asked.of(options)
        if asked != _Asked.of(own) or _growth(options) != _growth(own):
            _check_factors(asked, is_forced=options.resizing_type is ResizingType.FORCE)
        if asked != _Asked.of(own) and any(asked.size):
            options = _resized(options, self._allowed(asked.size, presets))
        size = _Asked.of(options).size
        if (options.padding, options.dpr) != (own.padding, own.dpr):
            self._check_padding(options, size, presets)
        if options.crop_aspect_ratio != own.crop_aspect_ratio:
            _check_shape("crop_aspect_ratio", size)
        if _area(options) != _area(own) and not all(size):
            options = self._cropped(options, presets)
        return options

    def _cropped(self, options: ProcessingOptions, presets: Collection[str]) -> ProcessingOptions:
        crop = options.crop
        if not any((crop.width, crop.height)):
            return options
        if 0 < crop.width < 1 or 0 < crop.height < 1:
            raise SizeNotAllowedError("a crop of fractions has no size of its own, and not both sides are asked for")
        size = self._allowed(Size(int(min(crop.width, _FAR)), int(min(crop.height, _FAR))), presets)
        return replace(options, crop=Crop(float(size.width), float(size.height), crop.gravity))

    def _check_padding(self, options: ProcessingOptions, size: Size, presets: Collection[str]) -> None:
        edges, dpr = options.padding, options.dpr
        if not any((edges.top, edges.right, edges.bottom, edges.left)):
            return
        if dpr < 1:
            raise SizeNotAllowedError("padding under a dpr below 1 has no size that is known beforehand")
        across, down = ((edges.left, edges.right), (edges.top, edges.bottom))
        padded = [
            side + sum(round(min(edge * dpr, _FAR)) for edge in both)
            for side, both in zip(size, (across, down), strict=True)
        ]
        if not all(size) or self.sizes.next(Size(*padded), presets) != Size(*padded):
            raise SizeNotAllowedError(f"with padding it is {padded[0]}x{padded[1]}, which ALLOWED_SIZES does not list")

    def _allowed(self, size: Size, presets: Collection[str]) -> Size:
        found = self.sizes.next(size, presets)
        if found is None or (found != size and not self.rounds_up):
            raise SizeNotAllowedError(f"{size.width}x{size.height} is asked for, which ALLOWED_SIZES does not list")
        return found


def _growth(options: ProcessingOptions) -> tuple[object, ...]:
    return (options.resizing_type, options.enlarge, options.extend.enabled)


def _area(options: ProcessingOptions) -> tuple[float, float]:
    return (options.crop.width, options.crop.height)


def _check_shape(name: str, size: Size) -> None:
    if not all(size):
        raise SizeNotAllowedError(f"{name} changes a side that is not asked for; ask for both, or put it into a preset")


def _check_factors(asked: _Asked, *, is_forced: bool) -> None:
    """Refuse what makes a result other than the asked size, or what makes one of no size at all."""
    if not all(1 / _FAR <= each <= _FAR for each in (asked.zoom_x, asked.zoom_y, asked.dpr)):
        raise SizeNotAllowedError(f"factors are from {1 / _FAR:g} to {_FAR:g}")
    if asked.dpr < 1:
        raise SizeNotAllowedError("a dpr below 1 has no effect on a small picture: ask for the size itself")
    across, down = asked.size
    for side, least in ((across, asked.min_width), (down, asked.min_height)):
        if least * asked.dpr > side:
            raise SizeNotAllowedError(f"a side of at least {least} pixels is asked for, but not the side itself")
    zooms = [zoom for zoom, side in ((asked.zoom_x, across), (asked.zoom_y, down)) if not side]
    if zooms and not _follows(asked, zooms, is_forced=is_forced or not (across or down)):
        raise SizeNotAllowedError("a side that is not asked for is zoomed")


def _follows(asked: _Asked, zooms: list[float], *, is_forced: bool) -> bool:
    """Whether the sides that are not asked for are as the other one has them, or where none has, the picture's."""
    return all(zoom * asked.dpr == 1 for zoom in zooms) if is_forced else asked.zoom_x == asked.zoom_y


def _resized(options: ProcessingOptions, size: Size) -> ProcessingOptions:
    """Another size of the same sides; dpr stays, for offsets obey it."""
    asked = _Asked.of(options)
    if size == asked.size:
        return options
    across = size.width / (asked.width * asked.dpr) if asked.width else 0.0
    down = size.height / (asked.height * asked.dpr) if asked.height else 0.0
    if options.resizing_type is ResizingType.FORCE:
        return replace(options, zoom_x=across or asked.zoom_x, zoom_y=down or asked.zoom_y)
    return replace(options, zoom_x=across or down, zoom_y=down or across)
