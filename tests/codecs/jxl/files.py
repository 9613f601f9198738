"""Writes JPEG XL of kinds that no package writes: animations, layers, any samples, any colors."""

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy
from PIL import Image

from imgsvc.codecs.jxl.libjxl import library
from imgsvc.codecs.jxl.structures import BasicInfo, ColorEncoding, ExtraChannel, FrameHeader, PixelFormat
from tests.images import encoded

BLEND = 2
TELEVISION, LINEAR, SRGB, PQ, CINEMA, HLG = 1, 8, 13, 16, 17, 18
# libjxl's numbers of them.
_TYPES = {"uint8": (2, 8, 0), "uint16": (3, 16, 0), "float32": (0, 32, 8)}
_ALPHA, _BLACK = 0, 4


@dataclass(frozen=True)
class Layer:
    """Pixels (rows, columns, channels) at a place; a frame if they last, in ticks, or are the last."""

    pixels: Any
    ticks: int = 0
    at: tuple[int, int] | None = None
    blending: int = 0


@dataclass(frozen=True)
class Kind:
    """What is true of a whole file; `ticks` are those of a second."""

    bits: int = 0
    orientation: int = 1
    is_premultiplied: bool = False
    ticks: int = 0
    loop: int = 0
    transfer: int = SRGB
    black: Any = None
    exif: bytes = b""
    xmp: bytes = b""


def still(image: Image.Image, kind: Kind = Kind()) -> bytes:
    """A picture of one layer."""
    pixels = numpy.asarray(image)
    return file([Layer(pixels if pixels.ndim == 3 else pixels[..., None])], kind)


def around_jpeg(image: Image.Image, **options: Any) -> bytes:
    """One with a JPEG kept inside."""
    body = encoded(image, "jpeg", quality=95, subsampling=0, **options)
    with _encoder() as (encoder, settings):
        _call("UseContainer", encoder, 1)
        _call("StoreJPEGMetadata", encoder, 1)
        _call("AddJPEGFrame", settings, body, ctypes.c_size_t(len(body)))
        return _body(encoder)


def animation(frames: Sequence[Image.Image], ticks: Sequence[int], kind: Kind = Kind(ticks=1000)) -> bytes:
    """Frames that last so long."""
    return file([Layer(numpy.asarray(frame), each) for frame, each in zip(frames, ticks, strict=True)], kind)


def file(layers: Sequence[Layer], kind: Kind = Kind()) -> bytes:
    """All of them, without loss; the size is that of the first."""
    with _encoder() as (encoder, settings):
        _describe(encoder, layers[0].pixels, kind)
        _call("SetFrameLossless", settings, 1)
        for layer in layers:
            _add(settings, layer, kind)
        return _body(encoder)


@contextmanager
def _encoder() -> Iterator[tuple[ctypes.c_void_p, ctypes.c_void_p]]:
    """One, and the settings of its frames."""
    encoder = ctypes.c_void_p(library().JxlEncoderCreate(None))
    try:
        yield encoder, ctypes.c_void_p(library().JxlEncoderFrameSettingsCreate(encoder, None))
    finally:
        library().JxlEncoderDestroy(encoder)


def _describe(encoder: Any, pixels: Any, kind: Kind) -> None:
    info, colors, channels = BasicInfo(), ColorEncoding(), pixels.shape[2]
    library().JxlEncoderInitBasicInfo(ctypes.byref(info))
    info.ysize, info.xsize = pixels.shape[:2]
    _, bits, info.exponent_bits_per_sample = _TYPES[str(pixels.dtype)]
    info.bits_per_sample = kind.bits or bits
    info.num_color_channels = 1 if channels < 3 else 3
    info.orientation, info.uses_original_profile = kind.orientation, 1
    if channels % 2 == 0:
        info.alpha_bits, info.alpha_exponent_bits = info.bits_per_sample, info.exponent_bits_per_sample
    info.num_extra_channels = (channels % 2 == 0) + (kind.black is not None)
    info.have_animation, info.tps_numerator, info.tps_denominator = bool(kind.ticks), kind.ticks, 1
    info.num_loops = kind.loop
    for name, block in (("Exif", bytes(4) + kind.exif if kind.exif else b""), ("xml ", kind.xmp)):
        if block:
            _call("UseBoxes", encoder)
            _call("AddBox", encoder, name.encode(), block, len(block), 1)
    _call("SetBasicInfo", encoder, ctypes.byref(info))
    if kind.black is not None:
        _describe_channel(encoder, info.num_extra_channels - 1, _BLACK, 8)
    elif kind.is_premultiplied:
        _describe_channel(encoder, 0, _ALPHA, info.alpha_bits, is_premultiplied=True)
    library().JxlColorEncodingSetToSRGB(ctypes.byref(colors), channels < 3)
    colors.transfer_function = kind.transfer
    _call("SetColorEncoding", encoder, ctypes.byref(colors))


def _describe_channel(encoder: Any, index: int, kind: int, bits: int, *, is_premultiplied: bool = False) -> None:
    channel = ExtraChannel(kind, (bits, 0, 0, 0, is_premultiplied))
    _call("SetExtraChannelInfo", encoder, ctypes.c_size_t(index), ctypes.byref(channel))


def _add(settings: Any, layer: Layer, kind: Kind) -> None:
    pixels, header = numpy.ascontiguousarray(layer.pixels), FrameHeader()
    library().JxlEncoderInitFrameHeader(ctypes.byref(header))
    header.duration = layer.ticks
    if layer.at:
        header.have_crop, header.crop[0], header.crop[1] = 1, *layer.at
        header.ysize, header.xsize = pixels.shape[:2]
    header.blending[0] = layer.blending
    _call("SetFrameHeader", settings, ctypes.byref(header))
    if kind.bits:
        _call("SetFrameBitDepth", settings, ctypes.byref((ctypes.c_uint32 * 3)(1, 0, 0)))
    described = PixelFormat(pixels.shape[2], _TYPES[str(pixels.dtype)][0])
    _call("AddImageFrame", settings, ctypes.byref(described), pixels.tobytes(), pixels.nbytes)
    if kind.black is not None:
        plane, alone = kind.black.tobytes(), PixelFormat(1, 2)
        index = 1 if pixels.shape[2] % 2 == 0 else 0
        _call("SetExtraChannelBuffer", settings, ctypes.byref(alone), plane, ctypes.c_size_t(len(plane)), index)


def _body(encoder: Any) -> bytes:
    library().JxlEncoderCloseInput(encoder)
    found, status, part = b"", 2, ctypes.create_string_buffer(1 << 20)
    while status == 2:
        place, left = ctypes.c_void_p(ctypes.addressof(part)), ctypes.c_size_t(len(part))
        status = library().JxlEncoderProcessOutput(encoder, ctypes.byref(place), ctypes.byref(left))
        found += part.raw[: len(part) - left.value]
    assert status == 0
    return found


def _call(name: str, *arguments: Any) -> None:
    assert getattr(library(), f"JxlEncoder{name}")(*arguments) == 0, name
