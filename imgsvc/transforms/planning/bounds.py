"""How large a number may be before it means nothing, and how large an image before memory ends.

Both are decided before a pixel is decoded, so that a hostile URL costs nothing but its parsing.
"""

from collections.abc import Iterable
from dataclasses import replace

from imgsvc.errors import ResolutionError
from imgsvc.options.geometry import Gravity, Size
from imgsvc.options.processing import Crop, Extend, Padding, ProcessingOptions

# Twice the default limit of a source. As RGBA this is 400 MB, and a step holds its input and its output.
MAX_PIXELS = 100_000_000
# A resampler's coefficients take some 50 bytes for each column and row of its result.
MAX_SIDE = 1_000_000
# Beyond any image, and still far from where floating point overflows when a dozen of them are multiplied.
_FAR = 1e9


def check_size(size: Size, source: Size, step: str) -> None:
    """Refuse an image that no worker has the memory for; what is no larger than its source passes."""
    too_wide = max(size) > max(MAX_SIDE, *source)
    if too_wide or size.width * size.height > max(MAX_PIXELS, source.width * source.height):
        raise ResolutionError(
            f"{step} would make {size.width}x{size.height} pixels;"
            f" no more than {MAX_PIXELS} in all and {MAX_SIDE} a side are made here"
        )


def check_chain(pixels: Iterable[int], source: Size) -> None:
    """Refuse a chain that enlarges again and again; `pixels` are those of each pipeline's largest picture."""
    larger = sum(each for each in pixels if each > source.width * source.height)
    if larger > MAX_PIXELS:
        raise ResolutionError(
            f"chained pipelines that enlarge would make {larger} pixels; together they make no more than {MAX_PIXELS}"
        )


def bounded(options: ProcessingOptions) -> ProcessingOptions:
    """The same wishes, with every number of the geometry between a billionth and a billion."""
    # PERF: all but hostile ones are so already, and forty fields take a while to copy.
    return (
        options
        if _is_bounded(options)
        else replace(
            options,
            width=_near(options.width),
            height=_near(options.height),
            min_width=_near(options.min_width),
            min_height=_near(options.min_height),
            zoom_x=_factor(options.zoom_x),
            zoom_y=_factor(options.zoom_y),
            dpr=_factor(options.dpr),
            gravity=_gravity(options.gravity),
            crop=_crop(options.crop),
            extend=_extend(options.extend),
            extend_aspect_ratio=_extend(options.extend_aspect_ratio),
            padding=_padding(options.padding),
        )
    )


def _is_bounded(options: ProcessingOptions) -> bool:
    gravities = (options.gravity, options.crop.gravity, options.extend.gravity, options.extend_aspect_ratio.gravity)
    padding = options.padding
    sizes = (
        *(
            options.width,
            options.height,
            options.min_width,
            options.min_height,
            options.crop.width,
            options.crop.height,
        ),
        *(padding.top, padding.right, padding.bottom, padding.left),
        *(offset for gravity in gravities if gravity for offset in (gravity.x, gravity.y)),
    )
    factors = (options.zoom_x, options.zoom_y, options.dpr)
    # PERF: lists, for a generator goes on twenty times in each request.
    beyond = [size for size in sizes if not -_FAR <= size <= _FAR]
    return not (beyond or [factor for factor in factors if not 1 / _FAR <= factor <= _FAR])


def near(value: float) -> float:
    """`value`, no further from zero than any image reaches."""
    return max(-_FAR, min(value, _FAR))


def _near(value: int) -> int:
    return int(min(value, _FAR))


def _factor(value: float) -> float:
    return max(1 / _FAR, min(value, _FAR))


def _gravity(gravity: Gravity) -> Gravity:
    return Gravity(gravity.type, near(gravity.x), near(gravity.y))


def _crop(crop: Crop) -> Crop:
    return Crop(near(crop.width), near(crop.height), crop.gravity and _gravity(crop.gravity))


def _extend(extend: Extend) -> Extend:
    return Extend(extend.enabled, _gravity(extend.gravity))


def _padding(padding: Padding) -> Padding:
    return Padding(_near(padding.top), _near(padding.right), _near(padding.bottom), _near(padding.left))
