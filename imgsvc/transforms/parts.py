"""What of a source is decoded, and in which blocks its pixels are averaged, where its decoder goes row by row.

The resampler averages in such blocks anyway (resampling.py), of rows before and of columns after its first pass; made
of both while a row is at hand they cost no memory, and some levels are others by one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from imgsvc.options.geometry import Box, Size
from imgsvc.transforms.position import Cut
from imgsvc.transforms.resampling import Resampling, in_blocks


@dataclass(frozen=True, slots=True)
class Part:
    """The box that is decoded, as stored, None for all; how many pixels to each side become one of what is loaded.

    `whole_for` says why what could have been averaged is not.
    """

    box: Box | None = None
    block: int = 1
    whole_for: str = ""

    def loaded(self, whole: Size) -> Size:
        """The size that the decoder gives."""
        return in_blocks(self.box.size if self.box else whole, self.block)

    def describe(self, loaded: Size) -> Iterator[tuple[str, str]]:
        """Subject and statement for what it does, which gives so many pixels."""
        if self.box:
            yield "crop", f"to {_shown(self.box.size)} at {self.box.left},{self.box.top}, while decoding"
        if self.block > 1:
            yield "decoded at", f"{_shown(loaded)}: the mean of each {self.block}x{self.block} pixels"
        if self.whole_for:
            yield "decoded whole", self.whole_for


def part_of(cut: Cut | None, scale: Resampling, *, linear: bool, exact_alpha: bool, other_kernel: bool = False) -> Part:
    """What a decoder that goes row by row can do of the first cut and of the scaling after it."""
    box, block = cut.box if cut else None, scale.block
    if block == 1:
        return Part(box)
    if cut and not box:
        return Part(whole_for="where the picture draws attention is seen at its full size")
    if linear:
        return Part(box, whole_for="it is scaled in linear light")
    if other_kernel:
        return Part(box, whole_for="its kernel sees every pixel")
    if exact_alpha:
        return Part(box, whole_for="its alpha is scaled to the level, for GIF")
    return Part(box, block)


def _shown(size: Size) -> str:
    return f"{size.width}x{size.height}"
