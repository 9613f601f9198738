"""Opens a source image: its header at once, its pixels when asked, at reduced scale where the format allows.

All formats go through `open_image`, where what a file says of itself is held against limits before its decoder is
asked, and through `Opened.decode`, which gives the size that the header has promised, or nothing. Whatever a decoder
raises leaves as an ImageError.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from io import BytesIO

from PIL import Image, ImageFile, PngImagePlugin

from imgsvc.codecs.bmp_rle import run_length
from imgsvc.codecs.headers.extent import Extent, Survey
from imgsvc.codecs.headers.gate import survey
from imgsvc.codecs.ico import IconImage, largest
from imgsvc.codecs.jxl import jxl_header
from imgsvc.codecs.libtiff import open_tiff
from imgsvc.codecs.libwebp import decode_scaled
from imgsvc.codecs.memory import narrowed
from imgsvc.codecs.metadata import metadata_of, orientation_of
from imgsvc.codecs.partial import load
from imgsvc.codecs.picture import Metadata, Picture
from imgsvc.codecs.plugins import decoder_errors, guarded, open_with_pillow
from imgsvc.codecs.progressive import without_last_bits
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.codecs.svg import Drawing, open_svg
from imgsvc.errors import UndecodableImageError
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size

# By how much a side can be divided while decoding; the decoded side is then floor(side / n).
LOAD_SHRINKS: Mapping[Format, tuple[int, ...]] = {Format.JPEG: (8, 4, 2)}

_ALPHA_MODES = frozenset({"LA", "La", "PA", "RGBA", "RGBa"})
_ANIMATED = frozenset({Format.GIF, Format.WEBP, Format.AVIF})
# COMPAT: libvips' pace for frames without one.
_DEFAULT_DELAY_MS = 40
_PNG_CHUNK_LIMITS = (PngImagePlugin.MAX_TEXT_CHUNK, PngImagePlugin.MAX_TEXT_MEMORY)
_UNLIMITED = 1 << 31


@dataclass(frozen=True, slots=True)
class Header:
    """What is known of an image before its pixels; `size` is as stored, before the orientation is obeyed."""

    format: Format
    size: Size
    # 0: several, which were not counted.
    frames: int = 1
    orientation: int = 1
    has_alpha: bool = False
    # Bits of its palette; 0 without one.
    palette_bits: int = 0
    is_animated: bool = False
    profile: bytes | None = None
    metadata: Metadata = Metadata()


@dataclass(frozen=True, slots=True)
class Opened:
    """An image whose header is read and whose pixels are not."""

    header: Header
    _pixels: Callable[[int, int, Size | None], Picture]
    _extent: Extent = Extent()

    def decode(self, *, shrink: int = 1, max_frames: int = 1, size: Size | None = None) -> Picture:
        """Decode the first `max_frames` frames, each side divided by `shrink`; an SVG or a still WebP at `size`.

        Once only: the decoder is used up by it.
        """
        width, height = self.header.size
        promised = size or Size(max(1, width // shrink), max(1, height // shrink))
        with decoder_errors(self.header.format), guarded(self._extent):
            picture = self._pixels(shrink, max_frames, size)
        for frame in picture.frames:
            if frame.size != promised:
                raise UndecodableImageError(f"{self.header.format.word}: {frame.size} where its header says {promised}")
        return picture


def open_image(
    data: bytes,
    format: Format,  # noqa: A002 (the field's word)
    settings: DecodeSettings,
    extent: Extent = Extent(),
    *,
    counts_frames: bool = True,
) -> Opened:
    """Read the header of `data`, which `format` says how, within `extent`; ResolutionError if it is larger.

    UndecodableImageError, or BrokenSvgError, if it is damaged.
    PERF: a GIF has to be gone through to its end to count its frames, a tenth of what its first one takes.
    """
    with decoder_errors(format), guarded(extent):
        found = survey(data, format, extent, counts_frames=counts_frames)
        opened = _OPENERS.get(format, _open_raster)(data, format, settings, found)
    if format is not Format.SVG:
        _check_size(opened.header, found, extent)
    header = opened.header
    if format is Format.GIF and not counts_frames and found.frames > 1:
        header = replace(header, frames=0)
    return Opened(header, opened._pixels, extent)


def _check_size(header: Header, found: Survey, extent: Extent) -> None:
    """Hold what a decoder has read to what the file's own bytes have said."""
    size = extent.admit(*header.size)
    if min(size) < 1:
        raise UndecodableImageError(f"{header.format.word}: an image of {size.width}x{size.height}")
    # A TIFF may be turned already.
    if found.size not in (None, size, (size.height, size.width)):
        raise UndecodableImageError(f"{header.format.word}: two sizes, {found.size} and {size}")


def _open_raster(data: bytes, format_: Format, settings: DecodeSettings, found: Survey) -> Opened:
    if format_ is Format.PNG:
        limits = (_UNLIMITED, _UNLIMITED) if settings.png_unlimited else _PNG_CHUNK_LIMITS
        PngImagePlugin.MAX_TEXT_CHUNK, PngImagePlugin.MAX_TEXT_MEMORY = limits
    image = open_with_pillow(data, format_)
    frames = _frame_count(image, format_, found)
    header = Header(
        format=format_,
        size=Size(*image.size),
        frames=frames,
        orientation=orientation_of(image),
        has_alpha=_has_alpha(image),
        palette_bits=_palette_bits(image, data, format_),
        is_animated=frames != 1,
        profile=image.info.get("icc_profile") or None,
        metadata=metadata_of(image),
    )

    def pixels(shrink: int, max_frames: int, size: Size | None) -> Picture:
        count = min(frames, max_frames)
        if count > 1:
            return _animation(image, header, count)
        return _picture(header, _scaled(image, data, size) if size else _still(image, data, shrink))

    return Opened(header, pixels)


def _frame_count(image: ImageFile.ImageFile, format_: Format, found: Survey) -> int:
    """Of a GIF those that are there whole."""
    if format_ is Format.GIF:
        return found.frames
    return int(getattr(image, "n_frames", 1)) if format_ in _ANIMATED else 1


def _scaled(image: ImageFile.ImageFile, data: bytes, size: Size) -> Image.Image:
    """A WebP at `size`; whatever keeps libwebp from it, Pillow may still read it, or say what is wrong."""
    return decode_scaled(data, size, has_alpha=_has_alpha(image)) or _still(image, data, 1).resize(size)


def _still(image: ImageFile.ImageFile, data: bytes, shrink: int) -> Image.Image:
    width, height = image.size
    if shrink > 1:
        if image.info.get("progressive") and (kept := without_last_bits(data, shrink)) is not data:
            image, data = open_with_pillow(kept, Format.JPEG), kept
        _draft(image, width, height, shrink)
    if image.tile and image.tile[0].codec_name == "bmp_rle":
        return run_length(image, data)
    kind = type(image)
    image = load(image, data, lambda: _draft(kind(BytesIO(data)), width, height, shrink))
    if isinstance(image, PngImagePlugin.PngImageFile):
        return _png(image, data)
    wanted = (-(-width // shrink), -(-height // shrink))
    # The decoder reduces both sides alike, and so less than asked for where one of them is short.
    left = (-(-image.width // wanted[0]), -(-image.height // wanted[1]))
    reduced = image if image.size == wanted else image.reduce(left)
    # COMPAT: the last row and column may stand for a block that lies partly beside the picture; libvips leaves it out.
    return narrowed(reduced, max(1, width // shrink), max(1, height // shrink))


def _draft(image: ImageFile.ImageFile, width: int, height: int, shrink: int) -> ImageFile.ImageFile:
    if shrink > 1:
        image.draft(None, (max(1, width // shrink), max(1, height // shrink)))
    return image


def _png(image: Image.Image, data: bytes) -> Image.Image:
    """Put right what Pillow makes of two kinds of 16-bit PNG."""
    depth, color_type = data[24], data[25]
    transparency = image.info.get("transparency")
    if depth == 16 and isinstance(transparency, tuple):
        image.info["transparency"] = tuple(each >> 8 for each in transparency)
    # Gray with alpha comes as RGBA, which its gray profile does not fit.
    return image.convert("LA") if color_type == 4 and image.mode == "RGBA" else image


def _picture(header: Header, image: Image.Image) -> Picture:
    return Picture(frames=(image,), profile=header.profile, metadata=header.metadata, palette_bits=header.palette_bits)


def _animation(image: ImageFile.ImageFile, header: Header, count: int) -> Picture:
    frames = tuple(_frames(image, count))
    # A GIF may turn transparent at its second frame.
    mode = "RGBA" if any(frame.mode == "RGBA" for frame, _ in frames) else "RGB"
    return Picture(
        frames=tuple(frame if frame.mode == mode else frame.convert(mode) for frame, _ in frames),
        delays_ms=tuple(delay for _, delay in frames),
        loop=_loop(image, header.format),
        profile=header.profile,
        metadata=header.metadata,
        palette_bits=header.palette_bits,
    )


def _loop(image: Image.Image, format_: Format) -> int:
    """How often it is shown; GIF counts repeats, and is shown once where it does not say."""
    count = image.info.get("loop", 0)
    if format_ is not Format.GIF:
        return int(count)
    return int(count) + 1 if count or "loop" not in image.info else 0


def _frames(image: ImageFile.ImageFile, count: int) -> Iterator[tuple[Image.Image, int]]:
    """Whole frames of the first one's size with their delays."""
    size = image.size
    for index in range(count):
        image.seek(index)
        image.load()
        frame = image.convert("RGBA" if _has_alpha(image) else "RGB")
        delay = image.info.get("duration", _DEFAULT_DELAY_MS)
        yield frame if frame.size == size else frame.crop((0, 0, *size)), round(delay)


def _has_alpha(image: Image.Image) -> bool:
    return image.mode in _ALPHA_MODES or image.has_transparency_data


def _palette_bits(image: Image.Image, data: bytes, format_: Format) -> int:
    if format_ is Format.GIF:
        return (data[10] & 7) + 1 if data[10] & 0x80 else 8
    if format_ is Format.BMP:
        # Pillow turns some palettes into gray at once.
        return data[28] if data[28] <= 8 else 0
    return data[24] if format_ is Format.PNG and image.mode == "P" else 0


def _open_tiff(data: bytes, format_: Format, settings: DecodeSettings, found: Survey) -> Opened:
    """TIFF comes in more kinds than Pillow reads; of some it finds out only at the pixels."""

    def other(shrink: int, max_frames: int, size: Size | None) -> Picture:
        tiff = open_tiff(data)
        if tiff.size != found.size:
            raise UndecodableImageError(f"two sizes, {tiff.size} and {found.size}")
        return Picture(frames=(tiff.decode(),))

    try:
        opened = _open_raster(data, format_, settings, found)
    except UndecodableImageError:
        return Opened(Header(format_, open_tiff(data).size), other)

    def pixels(shrink: int, max_frames: int, size: Size | None) -> Picture:
        try:
            return opened._pixels(shrink, max_frames, size)
        except OSError:
            return replace(other(shrink, max_frames, size), metadata=opened.header.metadata)

    return replace(opened, _pixels=pixels)


def _open_jxl(data: bytes, format_: Format, settings: DecodeSettings, found: Survey) -> Opened:
    """JPEG XL: the plugin decodes when it opens, so the header is read without it."""
    read = jxl_header(data)
    header = Header(format_, read.size, has_alpha=read.has_alpha)

    def pixels(shrink: int, max_frames: int, size: Size | None) -> Picture:
        image = open_with_pillow(data, format_)
        image.load()
        return Picture(frames=(image,), profile=image.info.get("icc_profile"), metadata=metadata_of(image))

    return Opened(header, pixels)


def _open_ico(data: bytes, format_: Format, settings: DecodeSettings, found: Survey) -> Opened:
    image: IconImage = largest(data)
    header = Header(format_, image.size, has_alpha=True)
    return Opened(header, lambda shrink, max_frames, size: Picture(frames=(image.decode(),)))


def _open_svg(data: bytes, format_: Format, settings: DecodeSettings, found: Survey) -> Opened:
    drawing: Drawing = open_svg(data, is_unlimited=settings.svg_unlimited, timeout_seconds=settings.svg_timeout)
    header = Header(format_, drawing.size, has_alpha=True)
    return Opened(header, lambda shrink, max_frames, size: Picture(frames=(drawing.draw(size),)))


_OPENERS: Mapping[Format, Callable[[bytes, Format, DecodeSettings, Survey], Opened]] = {
    Format.ICO: _open_ico,
    Format.JXL: _open_jxl,
    Format.SVG: _open_svg,
    Format.TIFF: _open_tiff,
}
