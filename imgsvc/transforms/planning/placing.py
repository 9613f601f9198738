"""Placing: where a part of the source comes to lie on the way to the result."""

from dataclasses import dataclass

from imgsvc.options.filters import Area
from imgsvc.options.geometry import Box, Size
from imgsvc.transforms.planning.orientation import Rectangle, Turn, turn_of_exif
from imgsvc.transforms.planning.position import Cut
from imgsvc.transforms.planning.resampling import Resampling, Span


@dataclass(frozen=True, slots=True)
class Placing:
    """The steps that move pixels, and sizes between them."""

    # As stored: of the source, or of what trimming left of it, which is `part` of a larger one.
    source: Size
    loaded: Size
    crop: Cut | None
    scale: Resampling
    orientation: int
    turn: Turn
    # Upright
    upright: Size
    result_crop: Cut | None
    part: tuple[Box, Size] | None = None

    @property
    def result(self) -> Size:
        """What all this leaves."""
        return self.result_crop.size if self.result_crop else self.upright

    @property
    def kept(self) -> Box | None:
        """What the second crop keeps of the scaled image, as stored; None if that is all, or its place is not known."""
        return (
            self.turn.undo_box(self.result_crop.box, self.upright)
            if self.result_crop and self.result_crop.box
            else None
        )

    @property
    def factor(self) -> float:
        """Pixels of the result for one that was decoded, the smaller of both axes'."""
        return min(_factor(self.scale.across), _factor(self.scale.down))

    @property
    def is_smaller(self) -> bool:
        """There are fewer pixels than the source, or the crop, has."""
        cut = self.crop.size if self.crop else self.loaded
        return (
            self.loaded != self.source
            or min(self.scale.size.width - cut.width, self.scale.size.height - cut.height) < 0
        )

    def on_loaded(self, area: Area) -> Rectangle:
        """In pixels of what is decoded, as it is stored."""
        exif, whole = turn_of_exif(self.orientation), self.part[1] if self.part else self.source
        width, height = exif.size(whole)
        right, bottom = area.left + area.width, area.top + area.height
        seen = (area.left * width, area.top * height, right * width, bottom * height)
        stored = exif.undo_rectangle(seen, Size(width, height))
        left, top = self.part[0][:2] if self.part else (0, 0)
        x, y = self.loaded.width / self.source.width, self.loaded.height / self.source.height
        return (stored[0] - left) * x, (stored[1] - top) * y, (stored[2] - left) * x, (stored[3] - top) * y

    def on_upright(self, area: Area) -> Rectangle:
        """After scaling and turning; the place of the crop has to be known."""
        left, top, right, bottom = self.on_loaded(area)
        box = self.crop.box if self.crop else None
        x, y = box[:2] if box else (0, 0)
        across, down = self.scale.across, self.scale.down
        scaled = (_on(across, left - x), _on(down, top - y), _on(across, right - x), _on(down, bottom - y))
        return self.turn.rectangle(scaled, self.scale.size)

    def on_result(self, area: Area) -> Rectangle:
        """In the result, before anything is laid around it; the places of both crops have to be known."""
        left, top, right, bottom = self.on_upright(area)
        box = self.result_crop.box if self.result_crop else None
        x, y = box[:2] if box else (0, 0)
        return left - x, top - y, right - x, bottom - y


def _factor(span: Span) -> float:
    return span.pixels / (span.end - span.start)


def _on(span: Span, place: float) -> float:
    return (place - span.start) * _factor(span)
