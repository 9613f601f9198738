"""Decodes JPEG, at an eighth, a quarter or half of its size where that will do.

COMPAT: of one that ends early browsers and libvips show what there is, and gray for the rest; so it is here, if that
is a row of it at least. What fails for another reason is broken, however much of it could be shown.
"""

from dataclasses import replace

from PIL import Image

from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.jpeg.file import JpegFile
from imgsvc.codecs.jpeg.gain_map import decoded, gain_map_of
from imgsvc.codecs.jpeg.header import Frame, read_frame, scan_bytes
from imgsvc.codecs.jpeg.progressive import without_last_bits
from imgsvc.codecs.jpeg.rows import Scans, has_rows, progressive_pixels, shrunk_rows
from imgsvc.codecs.native.loading import load, load_what_there_is
from imgsvc.codecs.native.memory import narrowed
from imgsvc.codecs.native.shrinker import reduced
from imgsvc.codecs.opened import DecodeRequest, Opened, SourceImage
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.raster import header_of, still
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Box, Shrinking, Size

SHRINKS = (8, 4, 2)

# What libjpeg makes of a block that is missing, in any of its colors; some are stored inverted.
_GRAYS = frozenset({127, 128})
# What Pillow says where libjpeg waits for more, and there is none.
_ENDED_EARLY = "image file is truncated"


def open_jpeg(source: SourceImage) -> Opened:
    """Read the header."""
    image = JpegFile(source.data)
    part = gain_map_of(source.data, source.extent) if "mp" in image.info else None
    header = header_of(
        image,
        source.format,
        shrinks=SHRINKS,
        by_rows_if_linear=has_rows(image.mode),
        has_gain_map=part is not None,
    )

    def pixels(request: DecodeRequest) -> Picture:
        picture = still(header, _pixels(image, source.data, request))
        gain_map = decoded(part, header.size.width) if part and request.gain_map else None
        return replace(picture, gain_map=gain_map) if gain_map else picture

    return Opened(header, pixels)


def _pixels(image: JpegFile, data: bytes, request: DecodeRequest) -> Image.Image:
    shrink, scans = request.shrink, Scans(data, image.mode)
    wanted = Size(max(1, image.width // shrink), max(1, image.height // shrink))
    if shrink > 1 and _is_progressive(image) and (kept := without_last_bits(data, shrink)) is not data:
        image, scans = JpegFile(kept), Scans(kept, image.mode, is_less=True)
    if request.shrinking:
        return _shrunk(image, scans, shrink, wanted, request.box or Box(0, 0, *wanted), request.shrinking)
    return _divided(image, scans, shrink, wanted)


def _is_progressive(image: JpegFile) -> bool:
    return bool(image.info.get("progressive"))


def _shrunk(image: JpegFile, scans: Scans, shrink: int, wanted: Size, box: Box, shrinking: Shrinking) -> Image.Image:
    """What is not sound is decoded whole, and shrunk after it."""
    found = shrunk_rows(scans, shrink, box, shrinking)
    return found or reduced(_divided(image, scans, shrink, wanted), box, shrinking)


def _divided(image: JpegFile, scans: Scans, shrink: int, wanted: Size) -> Image.Image:
    covered = (-(-image.width // shrink), -(-image.height // shrink))
    if shrink > 1:
        image.draft(None, wanted)
    loaded: Image.Image | None = None
    if _is_progressive(image):
        # What a draft has chosen.
        loaded = progressive_pixels(scans, (*image.decoderconfig, 1)[0], image.size)
    loaded = loaded or _loaded(image, scans.data, wanted if shrink > 1 else None)
    # The decoder reduces both sides alike, and so less than asked for where one of them is short.
    left = (-(-loaded.width // covered[0]), -(-loaded.height // covered[1]))
    reduced = loaded if loaded.size == covered else loaded.reduce(left)
    # COMPAT: the last row and column may stand for a block that lies partly beside the picture; libvips leaves it out.
    return narrowed(reduced, *wanted)


def _loaded(image: JpegFile, data: bytes, draft: tuple[int, int] | None) -> JpegFile:
    """The image with its pixels: `image` itself, which is open, or another one of the same data."""
    try:
        load(image, data)
    except Exception as error:
        # The pixels will tell whether that is its only fault.
        if not str(error).startswith(_ENDED_EARLY):
            raise
        again = JpegFile(data)
        if draft:
            again.draft(None, draft)
        return _as_far_as_it_goes(again, data)
    if _is_hollow(image, data):
        raise UndecodableImageError("jpeg: its scan ends before its first row of blocks")
    return image


def _as_far_as_it_goes(image: JpegFile, data: bytes) -> JpegFile:
    # What a decoder that gives up leaves as it was shall look like what is missing.
    image.im = Image.new(image.mode, image.size, (128,) * len(image.getbands())).im
    load_what_there_is(image, data)
    if not _has_row(image, _frame(data)):
        raise UndecodableImageError("jpeg: it ends before its first row of blocks")
    return image


def _is_hollow(image: Image.Image, data: bytes) -> bool:
    """Whether it was ended properly before there was anything in it.

    PERF: the last pixel tells of most that it was not.
    """
    last = image.getpixel((image.width - 1, image.height - 1))
    if not _GRAYS.issuperset(last if isinstance(last, tuple) else (last,)):
        return False
    frame = _frame(data)
    most = frame.least_bytes(frame.size.height)
    return not _has_row(image, frame) and scan_bytes(data, frame, most) < most


def _frame(data: bytes) -> Frame:
    return read_frame(data, Extent(1 << 62))


def _has_row(image: Image.Image, frame: Frame) -> bool:
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
