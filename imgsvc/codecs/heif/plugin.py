"""The plugins that stand behind HEIC and AVIF; the one of HEIC may be missing.

It depends on `pillow`, which must not be installed.
"""

from typing import Any

from PIL import Image
from pillow_avif import AvifImagePlugin

try:
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)
    READS_HEIC = True
except ImportError:  # pragma: no cover
    pillow_heif = None  # type: ignore[assignment]
    READS_HEIC = False

# A worker is one thread of many processes: codecs that start threads of their own only get in each other's way.
AvifImagePlugin.DEFAULT_MAX_THREADS = 1

WRITES_AVIF, WRITES_HEIC = (name in Image.SAVE for name in ("AVIF", "HEIF"))

AvifDecoder: Any = AvifImagePlugin._avif.AvifDecoder

__all__ = ["READS_HEIC", "WRITES_AVIF", "WRITES_HEIC", "AvifDecoder", "AvifImagePlugin", "pillow_heif"]
