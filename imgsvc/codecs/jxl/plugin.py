"""The plugin that stands behind JPEG XL, which may be missing.

It depends on `pillow`, which must not be installed.
"""

try:
    from pillow_jxl import JpegXLImagePlugin

    # A worker is one thread of many processes: codecs that start threads of their own only get in each other's way.
    JpegXLImagePlugin.DECODE_THREADS = 0
    HAS_JXL = True
except ImportError:  # pragma: no cover
    JpegXLImagePlugin = None  # type: ignore[assignment]
    HAS_JXL = False

__all__ = ["HAS_JXL", "JpegXLImagePlugin"]
