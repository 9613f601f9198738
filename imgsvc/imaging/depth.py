"""What is kept of a source that has more than eight bits of the range of a screen.

Pillow has gray pixels of 16 bits alone, and can cut, turn and paste those; scaling them is in transforms/scale.py.
Color is three such pictures, one for each of red, green and blue.
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
    has_other_colors = bool((header.profile and options.strip_color_profile) or options.color_profile)
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


def keeps_gain_map(header: Header, plans: tuple[Plan, ...], options: ProcessingOptions, format_: Format) -> bool:
    """Whether it is asked for, there is one, the file holds one, and the picture is only cut, scaled and turned."""
    if not (options.preserve_hdr and header.has_gain_map and format_ is Format.JPEG):
        return False
    is_marked = any(each.watermark.opacity > 0 for each in options.pipelines)
    is_other_file = options.best or options.placeholder or options.color_profile
    return not (len(plans) < len(options.pipelines) or is_marked or is_other_file) and all(
        _only_moves(plan) and not _has_canvas(plan) for plan in plans
    )


def _takes_them(plan: Plan) -> bool:
    return _only_moves(plan) and not plan.algorithm and (not _has_canvas(plan) or _is_gray(plan.background))


def _only_moves(plan: Plan) -> bool:
    """Nothing changes a pixel for its color, and it is known where to cut, without a look at them."""
    changes = plan.filters is not NEUTRAL or plan.blur or plan.sharpen or plan.pixelate > 1
    return not changes and _has_place(plan.crop) and _has_place(plan.result_crop)


def _has_canvas(plan: Plan) -> bool:
    return any((plan.finish.extend, plan.finish.extend_aspect_ratio, plan.finish.padding))


def _has_place(cut: Cut | None) -> bool:
    return cut is None or cut.box is not None


def _is_gray(color: Color | None) -> bool:
    return color is not None and len(set(color)) == 1
