"""Writes JPEG XL."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image

from imgsvc.codecs.jxl.libjxl import library
from imgsvc.codecs.jxl.structures import BasicInfo, ColorEncoding, PixelFormat, Sample
from imgsvc.codecs.native.saving import EncodeOptions
from imgsvc.codecs.picture import Metadata, Picture
from imgsvc.options.modes import has_alpha, is_gray

# COMPAT: libvips' 100 is lossless too.
_LOSSLESS = 100
_EFFORT = 0
_SUCCESS, _NEEDS_MORE_OUTPUT = 0, 2
_PART = 1 << 16
# How far behind it EXIF begins.
_EXIF_OFFSET = bytes(4)


def write_jxl(picture: Picture, options: EncodeOptions) -> bytes:
    """The first frame."""
    frame = picture.frames[0]
    with _encoder() as encoder:
        _add_metadata(encoder, picture.metadata)
        _describe(encoder, frame, is_lossless=options.quality == _LOSSLESS)
        _add(encoder, frame, options)
        return b"".join(_parts(encoder))


def _describe(encoder: int, frame: Image.Image, *, is_lossless: bool) -> None:
    info, colors = BasicInfo(), ColorEncoding()
    library().JxlEncoderInitBasicInfo(ctypes.byref(info))
    info.xsize, info.ysize = frame.size
    info.num_color_channels = 1 if is_gray(frame.mode) else 3
    info.num_extra_channels = int(has_alpha(frame.mode))
    info.alpha_bits = 8 if has_alpha(frame.mode) else 0
    info.uses_original_profile = is_lossless
    library().JxlColorEncodingSetToSRGB(ctypes.byref(colors), is_gray(frame.mode))
    _call("SetBasicInfo", encoder, ctypes.byref(info))
    _call("SetColorEncoding", encoder, ctypes.byref(colors))


def _add(encoder: int, frame: Image.Image, options: EncodeOptions) -> None:
    settings = library().JxlEncoderFrameSettingsCreate(encoder, None)
    _call("FrameSettingsSetOption", settings, _EFFORT, options.settings.jxl_effort)
    if options.quality == _LOSSLESS:
        _call("SetFrameLossless", settings, 1)
    else:
        distance = library().JxlEncoderDistanceFromQuality(options.quality)
        _call("SetFrameDistance", settings, distance)
    pixels, described = frame.tobytes(), PixelFormat(len(frame.mode), Sample.BYTE)
    _call("AddImageFrame", settings, ctypes.byref(described), pixels, len(pixels))
    library().JxlEncoderCloseInput(encoder)


def _add_metadata(encoder: int, metadata: Metadata) -> None:
    boxes = {b"Exif": metadata.exif and _EXIF_OFFSET + metadata.exif, b"xml ": metadata.xmp}
    for kind, block in boxes.items():
        if block:
            _call("UseBoxes", encoder)
            _call("AddBox", encoder, kind, block, len(block), 0)


def _parts(encoder: int) -> Iterator[bytes]:
    part = ctypes.create_string_buffer(_PART)
    status = _NEEDS_MORE_OUTPUT
    while status == _NEEDS_MORE_OUTPUT:
        place, left = ctypes.c_void_p(ctypes.addressof(part)), ctypes.c_size_t(_PART)
        status = library().JxlEncoderProcessOutput(encoder, ctypes.byref(place), ctypes.byref(left))
        yield part.raw[: _PART - left.value]
    if status != _SUCCESS:
        raise OSError("libjxl cannot encode it")


def _call(name: str, *arguments: object) -> None:
    if getattr(library(), f"JxlEncoder{name}")(*arguments) != _SUCCESS:
        raise OSError(f"libjxl refuses {name}")


@contextmanager
def _encoder() -> Iterator[int]:
    handle = library().JxlEncoderCreate(None)
    try:
        yield handle
    finally:
        library().JxlEncoderDestroy(handle)
