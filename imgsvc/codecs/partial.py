"""Loads pixels strictly; of a JPEG, PNG or GIF that ends early, what there is, if that is a row of it at least.

COMPAT: browsers and libvips show such files too: the rest of a JPEG is gray, of a PNG black, of a GIF its background.
What fails for another reason is broken, however much of it could be shown.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PIL import GifImagePlugin, Image, ImageFile, JpegImagePlugin, PngImagePlugin

from imgsvc.codecs.headers import gif, jpeg, png
from imgsvc.codecs.headers.extent import Extent
from imgsvc.errors import UndecodableImageError

# What libjpeg makes of a block that is missing, in any of its colors; some are stored inverted.
_GRAYS = frozenset({127, 128})
# What Pillow says where libjpeg waits for more, and there is none.
_ENDED_EARLY = "image file is truncated"


def load(image: ImageFile.ImageFile, data: bytes, reopen: Callable[[], ImageFile.ImageFile]) -> ImageFile.ImageFile:
    """The image with its pixels: `image` itself, which is open, or another one of `reopen`."""
    # PERF: all of it at once, for it is all there; by 64 KiB at a time a JPEG takes 2 to 4 % longer.
    image.decodermaxblock = max(len(data), ImageFile.MAXBLOCK)
    try:
        image.load()
    except Exception as error:
        if not _ends_early(image, data, error):
            raise
        return _as_far_as_it_goes(reopen(), data)
    if isinstance(image, JpegImagePlugin.JpegImageFile) and _is_hollow(image, data):
        raise UndecodableImageError("jpeg: its scan ends before its first row of blocks")
    return image


def _ends_early(image: ImageFile.ImageFile, data: bytes, error: Exception) -> bool:
    """Whether that is its only fault, and it holds a row; of a JPEG the pixels will tell."""
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        return str(error).startswith(_ENDED_EARLY)
    if isinstance(image, PngImagePlugin.PngImageFile):
        return png.has_row(data)
    return isinstance(image, GifImagePlugin.GifImageFile) and gif.has_row(data)


def _as_far_as_it_goes(image: ImageFile.ImageFile, data: bytes) -> ImageFile.ImageFile:
    image.decodermaxblock = max(len(data), ImageFile.MAXBLOCK)
    is_jpeg = isinstance(image, JpegImagePlugin.JpegImageFile)
    if is_jpeg:
        # What a decoder that gives up leaves as it was shall look like what is missing.
        image.im = Image.new(image.mode, image.size, (128,) * len(image.getbands())).im
    with _tolerant():
        image.load()
    if is_jpeg and not _has_row(image, _frame(data)):
        raise UndecodableImageError("jpeg: it ends before its first row of blocks")
    return image


@contextmanager
def _tolerant() -> Iterator[None]:
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False


def _is_hollow(image: Image.Image, data: bytes) -> bool:
    """Whether it was ended properly before there was anything in it.

    PERF: the last pixel tells of most that it was not.
    """
    last = image.getpixel((image.width - 1, image.height - 1))
    if not _GRAYS.issuperset(last if isinstance(last, tuple) else (last,)):
        return False
    frame = _frame(data)
    most = frame.least_bytes(frame.size.height)
    return not _has_row(image, frame) and jpeg.scan_bytes(data, frame, most) < most


def _frame(data: bytes) -> jpeg.Frame:
    return jpeg.read_frame(data, Extent(1 << 62))


def _has_row(image: Image.Image, frame: jpeg.Frame) -> bool:
    """Whether there is anything below the first row of blocks, or at its end.

    Of a progressive one that lacks its finer scans libjpeg has smoothed each block by its neighbors' neighbors.
    """
    across, down = (max(1, side * image.height // frame.size.height) for side in frame.unit)
    below = (0, down * (3 if frame.is_progressive else 1), image.width, image.height)
    end = (max(0, image.width - across), 0, image.width, min(down, image.height))
    return any(not _is_gray(image.crop(box)) for box in (end, below) if box[1] < box[3])


def _is_gray(part: Image.Image) -> bool:
    """Whether it is all of what missing blocks look like."""
    extrema = part.getextrema()
    pairs = extrema if isinstance(extrema[0], tuple) else (extrema,)
    return all(level in _GRAYS for pair in pairs for level in pair)
