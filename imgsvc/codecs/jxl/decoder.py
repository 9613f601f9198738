"""Decodes JPEG XL, still or animated; a JPEG kept inside is decoded as the JPEG XL that it is."""

from imgsvc.codecs.jxl.layout import layout
from imgsvc.codecs.jxl.pixels import decode
from imgsvc.codecs.opened import Header, Opened, SourceImage


def open_jxl(source: SourceImage) -> Opened:
    """Read the header, and hold the layers against the limits."""
    found = layout(source.data, source.extent)
    frames = len(found.delays_ms)
    header = Header(
        format=source.format,
        size=found.size,
        frames=frames,
        has_alpha=found.has_alpha,
        is_animated=frames > 1,
        color_space=found.color_space,
        metadata=found.metadata,
    )
    return Opened(
        header,
        lambda request: decode(
            source.data, found, request.first, min(frames - request.first, request.max_frames), request.between
        ),
    )
