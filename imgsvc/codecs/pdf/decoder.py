"""Knows how large the pages of a PDF want to be, and draws them, as a drawing at any size.

A point is a pixel, at 72 dots an inch. Several pages are one drawing, one below the other.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.native.errors import decoder_errors
from imgsvc.codecs.opened import DecodeRequest, Header, Opened, SourceImage
from imgsvc.codecs.pdf.drawer import Drawer
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Box, Size


def open_pdf(source: SourceImage) -> Opened:
    """Count the pages, and work out the size of the first."""
    return open_pages(source.data, source.settings, source.extent, 0, 1)


def open_pages(data: bytes, settings: DecodeSettings, extent: Extent, first: int, most: int) -> Opened:
    """So many pages at most, from `first` on; beyond the last there is the last."""
    drawer = Drawer(data, settings.pdf_timeout)
    with decoder_errors(Format.PDF):
        found = drawer.pages(first, most)
    sizes = [Size(*(max(1, math.floor(side + 0.5)) for side in size)) for size in found.sizes]
    stack = Stack(drawer, found.first, sizes, has_alpha=settings.pdf_no_background)
    is_page = (first, most) != (0, 1) and found.count > 1
    header = Header(Format.PDF, stack.size, frames=found.count, has_alpha=stack.has_alpha, is_page=is_page)

    def pixels(request: DecodeRequest) -> Picture:
        drawer.seconds = min(drawer.seconds, request.remaining())
        # Who knows how large it shall be has held that to the limits.
        return Picture(frames=(stack.draw(request.size or extent.admit(*stack.size, "page")),))

    return Opened(header, pixels, extent)


@dataclass(frozen=True, slots=True)
class Stack:
    """Pages one below the other, from `first` on; beside those that are narrower there is what is behind them."""

    drawer: Drawer
    first: int
    sizes: Sequence[Size]
    has_alpha: bool

    @property
    def size(self) -> Size:
        """The natural size."""
        return Size(max(each.width for each in self.sizes), sum(each.height for each in self.sizes))

    def draw(self, size: Size) -> Image.Image:
        """All of it at exactly `size`."""
        boxes = self._boxes(size)
        images = (
            self.drawer.drawn(page, box.size, has_alpha=self.has_alpha) for page, box in enumerate(boxes, self.first)
        )
        if len(boxes) == 1:
            return next(images)
        stack = Image.new("RGBA" if self.has_alpha else "RGB", size, 0 if self.has_alpha else "white")
        for image, box in zip(images, boxes, strict=True):
            stack.paste(image, (box.left, box.top))
        return stack

    def _boxes(self, size: Size) -> list[Box]:
        """Where each page is in a stack of this size; one that would vanish there keeps a pixel."""
        own, boxes, edge = self.size, [], 0
        for each in self.sizes:
            top, bottom = (round(at * size.height / own.height) for at in (edge, edge + each.height))
            top = min(top, size.height - 1)
            boxes.append(Box(0, top, max(1, round(each.width * size.width / own.width)), max(top + 1, bottom)))
            edge += each.height
        return boxes
