"""Objects: what stands in for gravities that need a network which sees things, where there is none."""

from dataclasses import replace

from imgsvc.options.geometry import OBJECTS, Gravity, GravityType
from imgsvc.options.processing import ProcessingOptions


def without_network(options: ProcessingOptions, *, to_smart: bool) -> ProcessingOptions:
    """The same wishes as where nothing is found: smart gravity, or the center."""
    own = options.crop.gravity
    if options.gravity.type not in OBJECTS and (own is None or own.type not in OBJECTS):
        return options
    stand_in = Gravity(GravityType.SMART if to_smart else GravityType.CENTER)
    crop = replace(options.crop, gravity=stand_in) if own and own.type in OBJECTS else options.crop
    return replace(options, gravity=stand_in if options.gravity.type in OBJECTS else options.gravity, crop=crop)
