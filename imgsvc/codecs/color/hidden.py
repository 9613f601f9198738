"""Gives what is transparent the color of what is seen beside it.

A lossy encoder knows nothing of alpha when it makes color coarser: what nobody sees bleeds over the edge of what is
seen, up to 85 of 255 levels, and costs bytes.
"""

from PIL import Image

# Of a mean what is there less has lost its color to rounding.
_LEAST_SEEN = 4
_IS_SEEN = [0] * _LEAST_SEEN + [255] * (256 - _LEAST_SEEN)
_IS_THERE = [0] + [255] * 255


def covered(image: Image.Image) -> Image.Image:
    """An image in RGBA that looks the same; any other one, and one of which nothing is hidden, as it is."""
    if image.mode != "RGBA" or image.getchannel("A").getextrema()[0]:
        return image
    levels = [image]
    while max(levels[-1].size) > 1:
        levels.append(_halved(levels[-1]))
    found = levels.pop()
    for finer in reversed(levels):
        # PERF: what nothing of the finer one is put on stays hidden, without a look at all pixels.
        found.putalpha(0)
        found = found.resize(finer.size, Image.Resampling.NEAREST, (0, 0, finer.width / 2, finer.height / 2))
        found.paste(finer, mask=finer.getchannel("A").point(_IS_THERE, "1"))
    return found


def _halved(image: Image.Image) -> Image.Image:
    """Means of what is seen, each of which is seen."""
    small = image.convert("RGBa").reduce(2).convert("RGBA")
    small.putalpha(small.getchannel("A").point(_IS_SEEN))
    return small
