"""The plugins that stand behind HEIC and AVIF; the one of HEIC may be missing.

It depends on `pillow`, which must not be installed.
"""

from functools import cache
from importlib.util import find_spec
from typing import Any

from PIL import Image
from pillow_avif import AvifImagePlugin

READS_HEIC = find_spec("pillow_heif") is not None

# A worker is one thread of many processes: codecs that start threads of their own only get in each other's way.
AvifImagePlugin.DEFAULT_MAX_THREADS = 1

WRITES_AVIF = "AVIF" in Image.SAVE

AvifDecoder: Any = AvifImagePlugin._avif.AvifDecoder


@cache
def pillow_heif() -> Any:
    """HEIC's, loaded with the first picture of that kind."""
    import pillow_heif as plugin  # noqa: PLC0415 (5 ms and 4 MB, for who has HEIC)

    plugin.register_heif_opener(thumbnails=False, decode_threads=1)
    return plugin


def writes_heic() -> bool:
    """Whether there is one that can."""
    if not READS_HEIC:
        return False
    pillow_heif()
    return "HEIF" in Image.SAVE


__all__ = ["READS_HEIC", "WRITES_AVIF", "AvifDecoder", "AvifImagePlugin", "pillow_heif", "writes_heic"]
