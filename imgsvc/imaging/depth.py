"""Whether a gray picture keeps the 16 bits of its source.

Pillow has no other pixels of 16 bits, and can cut, turn and paste those; scaling them is in transforms/scale.py.
"""

from imgsvc.codecs.opened import Header
from imgsvc.codecs.settings import EncodeSettings
from imgsvc.options.color import Color
from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions
from imgsvc.transforms.planning.filtering import NEUTRAL
from imgsvc.transforms.planning.plan import Plan
from imgsvc.transforms.planning.position import Cut


def keeps_16_bits(
    header: Header, plans: tuple[Plan, ...], options: ProcessingOptions, format_: Format, settings: EncodeSettings
) -> bool:
    """Whether it is asked for, there are such pixels, and every step and the file's writer takes them."""
    if not (options.preserve_hdr and header.has_16_bits and format_ is Format.PNG):
        return False
    is_marked = any(each.watermark.opacity > 0 for each in options.pipelines)
    has_other_colors = bool(header.profile or header.color_space or options.color_profile)
    return not (
        len(plans) < len(options.pipelines)
        or is_marked
        or has_other_colors
        or header.is_page
        or options.best
        or options.placeholder
        or settings.png_quantize
        or settings.png_interlaced
        or any(options.png_options)
    ) and all(map(_takes_them, plans))


def _takes_them(plan: Plan) -> bool:
    canvases = (plan.finish.extend, plan.finish.extend_aspect_ratio, plan.finish.padding)
    return (
        plan.filters is NEUTRAL
        and not (plan.blur or plan.sharpen or plan.pixelate > 1 or plan.linear or plan.algorithm)
        and _has_place(plan.crop)
        and _has_place(plan.result_crop)
        and (not any(canvases) or _is_gray(plan.background))
    )


def _has_place(cut: Cut | None) -> bool:
    """It is known where to cut, without a look at the pixels."""
    return cut is None or cut.box is not None


def _is_gray(color: Color | None) -> bool:
    return color is not None and len(set(color)) == 1
