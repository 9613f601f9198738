"""What is laid around a picture, and the size that comes of it."""

from collections.abc import Iterator
from dataclasses import dataclass

from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from imgsvc.options.processing import ProcessingOptions
from imgsvc.transforms.planning.position import Canvas, canvas
from imgsvc.transforms.planning.resampling import Resampling
from imgsvc.transforms.planning.sizes import Sizes, fitting, padding_of


@dataclass(frozen=True, slots=True)
class Finish:
    """What is laid around the picture, and what comes out."""

    extend: Canvas | None
    extend_aspect_ratio: Canvas | None
    padding: Canvas | None
    fix_size: Resampling | None
    result_size: Size

    @property
    def largest(self) -> Size:
        """With all that is laid around, before that shrinks to what the format holds."""
        return self.fix_size.source if self.fix_size else self.result_size

    def describe(self) -> Iterator[tuple[str, str]]:
        """Subject and statement for what is laid around it."""
        canvases = {"extend": self.extend, "extend aspect ratio": self.extend_aspect_ratio, "padding": self.padding}
        for name, grown in canvases.items():
            if grown:
                yield name, f"to {_shown(grown.size)}, image at {grown.left},{grown.top}"
        if self.fix_size:
            yield "fix size", f"to {_shown(self.fix_size.size)}, the most that the format holds"


def finish_of(size: Size, found: Sizes, options: ProcessingOptions, result_format: Format) -> Finish:
    """Around a picture of `size`."""
    dpr = found.scaling.dpr
    extend = canvas(size, found.target, options.extend.gravity, dpr) if options.extend.enabled else None
    size = extend.size if extend else size
    around = canvas(size, found.aspect_canvas, options.extend_aspect_ratio.gravity, dpr)
    size = around.size if around else size
    edges = padding_of(options.padding, dpr)
    padded = Size(size.width + edges.left + edges.right, size.height + edges.top + edges.bottom)
    fixed = fitting(padded, result_format)
    return Finish(
        extend=extend,
        extend_aspect_ratio=around,
        padding=Canvas(padded, edges.left, edges.top) if padded != size else None,
        fix_size=fixed,
        result_size=fixed.size if fixed else padded,
    )


def _shown(size: Size) -> str:
    return f"{size.width}x{size.height}"
