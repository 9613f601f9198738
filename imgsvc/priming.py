"""Makes small pictures before the workers are forked, so that what the first ones bring about is there once for all.

Pillow loads more of itself with the first one, the interpreter fits its instructions to what they meet, caches fill.
PERF: of that, each worker would have 2 MB to itself.
"""

from contextlib import suppress
from io import BytesIO

from PIL import Image

from imgsvc.errors import RenderingError
from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions
from imgsvc.rendering import Renderer
from imgsvc.rendition import Job, RenderRequest
from imgsvc.runtime.scope import Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.source import Fetched

# CPython 3.11 fits what is called for the eighth time.
_TIMES = 10
_SIDE = 32
_PATIENCE_SECONDS = 1.0


def prime(renderer: Renderer) -> None:
    """Make some, which nobody gets; where the settings refuse so small a picture, or its format, there are none."""
    options = ProcessingOptions(width=_SIDE // 2, format=Format.JPEG)
    job = Job(RenderRequest(""), options, SourceUrl.parse("local:///"))
    source = Fetched(200, {}, _picture())
    with suppress(RenderingError):
        for _ in range(_TIMES):
            renderer.make(job, source, Scope(_PATIENCE_SECONDS))


def _picture() -> bytes:
    body = BytesIO()
    Image.new("RGB", (_SIDE, _SIDE)).save(body, "JPEG")
    return body.getvalue()
