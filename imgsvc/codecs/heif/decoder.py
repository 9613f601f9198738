"""Decodes HEIC, and AVIF, which may be animated; a thumbnail in the file stands in for the picture where it may."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any, TypeVar

import numpy
from PIL import Image, ImageFile

from imgsvc.codecs.color.tone import mapped_samples
from imgsvc.codecs.heif.header import coded_colors
from imgsvc.codecs.heif.items import Items, Property, color_space, has_more_than_8_bits, items_of
from imgsvc.codecs.heif.plugin import AvifDecoder, pillow_heif
from imgsvc.codecs.heif.repair import repaired, without_exif
from imgsvc.codecs.heif.shape import clean_aperture, orientation_of, shape_of
from imgsvc.codecs.heif.thumbnails import first_thumbnail, thumbnails, with_primary
from imgsvc.codecs.heif.tracks import is_sequence, plays, properties
from imgsvc.codecs.metadata import blocks
from imgsvc.codecs.native.errors import is_failure
from imgsvc.codecs.native.libavif import Samples, samples_of
from imgsvc.codecs.native.loading import load
from imgsvc.codecs.opened import DecodeRequest, Header, Opened, SourceImage
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.raster import header_of, still
from imgsvc.options.geometry import Size
from imgsvc.options.modes import has_alpha

# A worker is one thread of many processes.
_THREADS = 1

T = TypeVar("T")
_Open = Callable[[SourceImage, Items], Opened]


def open_avif(source: SourceImage) -> Opened:
    """Read the header."""
    return _open(replace(source, data=repaired(source.data)), _avif)


def open_heic(source: SourceImage) -> Opened:
    """Read the header."""
    return _open(source, _heic)


def _open(source: SourceImage, open_: _Open) -> Opened:
    """The picture, with what may stand in for it; or its thumbnail, if that is asked for and can be read."""
    items = items_of(source.data)
    item = first_thumbnail(items) if source.enforces_thumbnail else None
    if item and (found := _tried(lambda: _showing(item, source, items, open_))):
        return found
    whole = open_(source, items)
    copies = _copies(items, whole.header.size)

    def pixels(request: DecodeRequest) -> Picture:
        size = request.size
        if size is None or size == whole.header.size:
            return whole.pixels(request)
        copy = _tried(lambda: _showing(copies[size], source, items, open_).pixels(DecodeRequest()))
        if not copy or copy.size != size:
            return whole.pixels(request).map(lambda frame: frame.resize(size))
        header = whole.header
        return replace(copy, profile=header.profile, color_space=header.color_space, metadata=header.metadata)

    return Opened(replace(whole.header, thumbnails=tuple(copies)), pixels)


def _tried(read: Callable[[], T]) -> T | None:
    """None where it cannot be read: there is something else to show."""
    try:
        return read()
    except Exception as error:
        if not is_failure(error):
            raise
        return None


def _showing(item: int, source: SourceImage, items: Items, open_: _Open) -> Opened:
    return open_(replace(source, data=with_primary(source.data, item)), replace(items, primary=item))


def _copies(items: Items, size: Size) -> dict[Size, int]:
    """Items by their sizes, as stored or turned already, whichever the picture's `size` is; the first of each."""
    copies = thumbnails(items)
    main = shape_of(items, items.primary) if copies else None
    if not main or size not in (main.size, main.size[::-1]):
        return {}
    found = [(each.size if size == main.size else Size(*each.size[::-1]), each.item) for each in copies]
    return dict(reversed(found))


def _avif(source: SourceImage, items: Items) -> Opened:
    """NOTE: pillow-avif-plugin's own class refuses a picture for a fault in its EXIF, and takes turns for others."""
    decoder = _decoder(source.data)
    width, height, frames, mode, profile, exif, _, xmp = decoder.get_info()
    has_track = is_sequence(source.data)
    said = properties(source.data) if has_track else _said(items) + coded_colors(source.data, items)
    space = None if profile else color_space(said)
    shown = clean_aperture(None if has_track else items.of(items.primary, b"clap"), Size(width, height))
    header = Header(
        format=source.format,
        size=shown.size,
        frames=frames,
        orientation=1 if has_track else orientation_of(items, items.primary),
        always_turned=True,
        has_alpha=has_alpha(mode),
        is_animated=frames > 1,
        profile=space.profile() if space else profile,
        color_space=space,
        metadata=blocks(exif, xmp),
    )

    def pixels(request: DecodeRequest) -> Picture:
        if space and space.is_hdr and not has_track and has_more_than_8_bits(said):
            samples = samples_of(source.data, Size(width, height), has_alpha=header.has_alpha)
            if samples is not None:
                return Picture((mapped_samples(samples, space, request.between).crop(shown),), metadata=header.metadata)
        count = min(frames - request.first, request.max_frames)
        found = [_frame(decoder, at, mode, Size(width, height)) for at in range(request.first, request.first + count)]
        if shown.size != (width, height):
            found = [(frame.crop(shown), delay) for frame, delay in found]
        picture = Picture(
            frames=tuple(frame for frame, _ in found),
            profile=header.profile,
            color_space=space,
            metadata=header.metadata,
        )
        if count == 1:
            return picture
        return replace(picture, delays_ms=tuple(delay for _, delay in found), loop=plays(source.data))

    return Opened(header, pixels)


def _said(items: Items) -> list[Property]:
    return [*items.described(items.primary), *items.coded(items.primary)]


def _decoder(data: bytes) -> Any:
    try:
        return AvifDecoder(data, "auto", "auto", _THREADS)
    except ValueError:
        return AvifDecoder(without_exif(data), "auto", "auto", _THREADS)


def _frame(decoder: Any, number: int, mode: str, size: Size) -> tuple[Image.Image, int]:
    """Its pixels, and for how many milliseconds they are shown."""
    pixels, timescale, _, duration = decoder.get_frame(number)
    return Image.frombytes(mode, size, pixels), round(1000 * duration / timescale) if timescale else 0


def _heic(source: SourceImage, items: Items) -> Opened:
    """Its plugin cuts and turns it."""
    image: ImageFile.ImageFile = pillow_heif().HeifImageFile(BytesIO(source.data))
    header = header_of(image, source.format)
    if not header.profile and (space := color_space(_said(items))):
        header = replace(header, profile=space.profile(), color_space=space)

    def pixels(_: DecodeRequest) -> Picture:
        space = header.color_space
        if space and space.is_hdr and has_more_than_8_bits(_said(items)):
            return Picture((mapped_samples(_samples(source.data), space),), metadata=header.metadata)
        load(image, source.data)
        return still(header, image)

    return Opened(header, pixels)


def _samples(data: bytes) -> Samples:
    """Of the picture as its plugin cuts and turns it, all of their bits."""
    file = pillow_heif().HeifFile(BytesIO(data), convert_hdr_to_8bit=False)
    image = file[file.primary_index]
    # Its size is known for certain once it is decoded.
    pixels = numpy.frombuffer(image.data, numpy.uint16)
    width, height = image.size
    return pixels.reshape(height, width, -1)
