"""Holds what the header of a JPEG XL says against the limits; Pillow's plugin decodes when it opens."""

from imgsvc.codecs.headers.extent import Extent, Survey, within
from imgsvc.codecs.jxl import jxl_header


def survey(data: bytes, extent: Extent) -> Survey:
    """Hold its size, and the planes that it is kept in, against the limits."""
    header = jxl_header(data)
    within("jxl boxes", header.boxes)
    within("jxl extra channels", header.extra_channels)
    return Survey(extent.admit(*header.size))
