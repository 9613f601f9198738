"""What decoders of Pillow have in common: their header, and a picture of one frame or of several."""

from collections.abc import Iterator

from PIL import Image, ImageFile

from imgsvc.codecs.metadata import metadata_of, orientation_of
from imgsvc.codecs.opened import Header
from imgsvc.codecs.picture import Picture
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size

# COMPAT: libvips' pace for frames that do not say theirs.
_DEFAULT_DELAY_MS = 40


def header_of(
    image: ImageFile.ImageFile,
    format_: Format,
    *,
    frames: int = 1,
    palette_bits: int = 0,
    shrinks: tuple[int, ...] = (),
    by_rows_if_linear: bool = False,
    has_gain_map: bool = False,
) -> Header:
    """What an image that Pillow has opened tells."""
    return Header(
        format=format_,
        size=Size(*image.size),
        frames=frames,
        orientation=orientation_of(image),
        has_alpha=image.has_transparency_data,
        palette_bits=palette_bits,
        is_animated=frames != 1,
        profile=image.info.get("icc_profile") or None,
        metadata=metadata_of(image),
        shrinks=shrinks,
        is_cmyk=image.mode == "CMYK",
        by_rows_if_linear=by_rows_if_linear,
        has_gain_map=has_gain_map,
    )


def still(header: Header, image: Image.Image) -> Picture:
    """One frame, with what its header has told."""
    return Picture(
        frames=(image,),
        profile=header.profile,
        color_space=header.color_space,
        metadata=header.metadata,
        palette_bits=header.palette_bits,
    )


def animation(header: Header, image: ImageFile.ImageFile, count: int, first: int = 0) -> Picture:
    """So many frames of a file that Pillow has opened, from `first` on."""
    frames = tuple(_frames(image, range(first, first + count)))
    mode = "RGBA" if any(frame.mode == "RGBA" for frame, _ in frames) else "RGB"
    return Picture(
        frames=tuple(frame if frame.mode == mode else frame.convert(mode) for frame, _ in frames),
        delays_ms=tuple(delay for _, delay in frames),
        loop=int(image.info.get("loop", 0)),
        profile=header.profile,
        metadata=header.metadata,
        palette_bits=header.palette_bits,
    )


def _frames(image: ImageFile.ImageFile, chosen: range) -> Iterator[tuple[Image.Image, int]]:
    """Whole frames of the first one's size with their delays."""
    size = image.size
    for index in chosen:
        image.seek(index)
        image.load()
        frame = image.convert("RGBA" if image.has_transparency_data else "RGB")
        delay = image.info.get("duration", _DEFAULT_DELAY_MS)
        yield frame if frame.size == size else frame.crop((0, 0, *size)), round(delay)
