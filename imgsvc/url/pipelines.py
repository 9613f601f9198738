"""Chained pipelines: what a `-` stands for, which options belong to one of them, and which to the whole result."""

from dataclasses import replace

from imgsvc.options.processing import ProcessingOptions
from imgsvc.url.grammar import Call

# In place of an option: what follows is done with the picture that was made before it.
SEPARATOR = "-"
NEXT = Call(SEPARATOR, ())

# By their canonical names. The others count for the result as a whole, in whichever pipeline they stand.
_NAMES = """
resize size resizing_type resizing_algorithm scaling width height min-width min-height zoom dpr enlarge extend
extend_aspect_ratio gravity crop crop_aspect_ratio crop_objects objects_position trim padding auto_rotate rotate flip
background background_alpha adjust brightness contrast saturation monochrome duotone blur sharpen unsharp_masking
pixelate blur_areas pixelate_areas blur_detections draw_detections progressive_blur border round_corners colorize
gradient watermark watermark_url watermark_text watermark_size watermark_rotate watermark_shadow
"""
_OF_PIPELINE = frozenset(_NAMES.split())


def belongs_to_pipeline(name: str) -> bool:
    """Whether each pipeline has an option of this canonical name for itself."""
    return name in _OF_PIPELINE


def pipeline(options: ProcessingOptions, number: int) -> ProcessingOptions:
    """The wishes of one pipeline, counted from 0; none where it is not there yet."""
    return options.pipelines[number] if number < len(options.pipelines) else ProcessingOptions()


def with_pipeline(options: ProcessingOptions, number: int, wishes: ProcessingOptions) -> ProcessingOptions:
    """`options` with those of one pipeline in place of what it was; whatever is missing before it does nothing."""
    if number == 0:
        return wishes
    chained = [*options.chained]
    chained += [ProcessingOptions()] * (number - len(chained))
    chained[number - 1] = wishes
    return replace(options, chained=tuple(chained))


def without_idle(options: ProcessingOptions) -> ProcessingOptions:
    """`options` less those pipelines behind the first that do nothing."""
    if not options.chained:
        return options
    return replace(options, chained=tuple(each for each in options.chained if each != ProcessingOptions()))
