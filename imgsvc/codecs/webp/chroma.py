"""Gives faint color detail of an animation away, which in WebP costs more than it shows.

libwebp halves the color resolution of every frame anyway. COMPAT: imgproxy hands over frames whose color has been
halved before, and so pays for none of what is left between pixels; but then small colored parts turn gray. Here those
stay as they are.
"""

from functools import reduce

from PIL import Image, ImageChops

from imgsvc.options.modes import has_alpha

# Frames of fewer colors are drawn rather than photographed: without loss they are smaller, and libwebp finds that out.
_MANY_COLORS = 96
# Of 255 levels: what differs more from those beside it is seen, and what differs less is next to nothing.
_FAINT, _HARDLY = 48, 6
# So much libwebp takes for the same, from one frame to the next, at the usual quality.
_LIKE = 4
_IS_LIKE = [255 if level <= _LIKE else 0 for level in range(256)]


class Softening:
    """Softens one frame after the other: color that stays in one is the same in the next."""

    def __init__(self) -> None:
        """Nothing has come yet."""
        self._source: Image.Image | None = None
        self._chroma: list[Image.Image] = []

    def softened(self, frame: Image.Image) -> Image.Image:
        """A frame in RGB or RGBA with as much of its color as is seen; one of few colors as it is."""
        opaque = frame.convert("RGB")
        luma, *chroma = opaque.convert("YCbCr").split()
        if frame.getcolors(_MANY_COLORS - 1):
            self._source, self._chroma = opaque, chroma
            return frame
        chroma = [_halved(each) for each in chroma]
        if self._source:
            bands = ImageChops.difference(self._source, opaque).split()
            stays = reduce(ImageChops.lighter, bands).point(_IS_LIKE)
            opaque.paste(self._source, mask=stays)
            for plane, before in zip(chroma, self._chroma, strict=True):
                plane.paste(before, mask=stays)
        self._source, self._chroma = opaque, chroma
        found = Image.merge("YCbCr", (luma, *chroma)).convert("RGB")
        if has_alpha(frame.mode):
            found.putalpha(frame.getchannel("A"))
        return found


def _halved(plane: Image.Image) -> Image.Image:
    """Of the fourth of its resolution where that does hardly anything, of half of it where that is not seen.

    PERF: native (Looks.c in requirements/pillow-simd.patch), 0.17 ms for 200x200; by Pillow's own resampling 0.77.
    """
    found = plane
    for divisor, least in ((2, _FAINT), (4, _HARDLY)):
        found = plane._new(plane.im.coarser(found.im, divisor, least))
    return found
