"""What of a source is decoded, and shrunk meanwhile, where its decoder goes row by row.

The resampler begins with the rows (ResampleShrink.h), so that it can do so while they come: the same pixels, and of the
larger picture never more than a few rows are held.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from imgsvc.options.geometry import Box, Shrinking, Size
from imgsvc.transforms.planning.position import Cut
from imgsvc.transforms.planning.resampling import Resampling, stretching


@dataclass(frozen=True, slots=True)
class Part:
    """The box that is decoded, as stored, None for all; how that is scaled meanwhile, and what is kept of the result.

    `whole_for` says why what could have been scaled is not.
    """

    box: Box | None = None
    scale: Resampling | None = None
    kept: Box | None = None
    whole_for: str = ""
    # It is scaled in linear light; and what the decoder loses of that is given back.
    linear: bool = False
    fine: bool = False

    @property
    def shrinking(self) -> Shrinking | None:
        """What the decoder makes of the box."""
        return self.scale.shrinking(self.kept, linear=self.linear)._replace(fine=self.fine) if self.scale else None

    def loaded(self, whole: Size) -> Size:
        """The size that the decoder gives."""
        if self.scale:
            return self.kept.size if self.kept else self.scale.size
        return self.box.size if self.box else whole

    def left(self, scale: Resampling) -> Resampling:
        """What is left to do of a scale."""
        done = self.scale and self.loaded(self.scale.size)
        return stretching(done, done) if done else scale

    def describe(self) -> Iterator[tuple[str, str]]:
        """Subject and statement for what it does."""
        if self.box:
            yield "crop", f"to {_shown(self.box.size)} at {self.box.left},{self.box.top}, while decoding"
        if self.scale:
            kept = f", of which {_shown(self.kept.size)} are made" if self.kept else ""
            light = " in linear light" if self.linear else ""
            yield "scale", f"to {_shown(self.scale.size)}{light}, while decoding{kept}"
        if self.whole_for:
            yield "decoded whole", self.whole_for


def part_of(
    cut: Cut | None,
    scale: Resampling,
    kept: Box | None,
    *,
    linear: bool,
    fine: bool = False,
    other_kernel: bool = False,
) -> Part:
    """What a decoder that goes row by row can do of the first cut and of the scaling after it."""
    box = cut.box if cut else None
    if not scale.shrinks:
        return Part(box)
    if cut and not box:
        return Part(whole_for="where the picture draws attention is seen at its full size")
    if other_kernel and not linear:
        return Part(box, whole_for="its kernel sees every pixel")
    return Part(box, scale, kept, linear=linear, fine=fine)


def _shown(size: Size) -> str:
    return f"{size.width}x{size.height}"
