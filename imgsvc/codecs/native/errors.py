"""Turns whatever a decoder raises into one of our errors, and keeps to itself what it warns of and writes.

SECURITY: Image.open is never used. It may try any plugin that happens to be loaded, and Pillow-SIMD 12.1.1
lacks fixes in some that are not needed here (PSD, PDF, JPEG 2000, FITS): PSD and PDF have rooms of their own.
"""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.native.standard_error import captured
from imgsvc.errors import BrokenSvgError, RenderingError, ResolutionError, UndecodableImageError
from imgsvc.options.formats import Format
from imgsvc.runtime.exhaustion import exhausted

# What Pillow logs is said of no request; what matters of it is raised too.
logging.getLogger("PIL").setLevel(logging.CRITICAL + 1)
# Only a decode has a limit (`guarded`): a result is planned, and may be larger than any source.
Image.MAX_IMAGE_PIXELS = None


def is_failure(error: BaseException) -> bool:
    """Whether a codec has failed: a panic of one in Rust is no Exception for Python."""
    return isinstance(error, Exception) or type(error).__name__ == "PanicException"


@contextmanager
def decoder_errors(format_: Format) -> Iterator[None]:
    """Turn whatever a decoder raises into an ImageError, and keep to itself what it warns of and writes."""
    kind = BrokenSvgError if format_ is Format.SVG else UndecodableImageError
    with warnings.catch_warnings(), captured(format_) as said:
        warnings.simplefilter("ignore")
        try:
            yield
        except RenderingError:
            raise
        except Image.DecompressionBombError as error:
            raise ResolutionError(f"{format_.word}: {error}") from error
        # The one place: decoders raise anything at all on a damaged file.
        except BaseException as error:
            if not is_failure(error):
                raise
            # A file that is damaged or large is what decoders want too much memory for.
            lack = None if isinstance(error, MemoryError) else exhausted(error)
            raise lack or kind(f"{format_.word}: {type(error).__name__}: {error} {said()}".rstrip()) from error


@contextmanager
def guarded(extent: Extent) -> Iterator[None]:
    """SECURITY: Pillow's own guard, where it makes room for a size that no header walk has seen."""
    before = Image.MAX_IMAGE_PIXELS
    # It warns of more than this, and refuses twice as much.
    Image.MAX_IMAGE_PIXELS = extent.pixels // 2
    try:
        yield
    finally:
        Image.MAX_IMAGE_PIXELS = before
