"""What is passed to libjxl and back: structures of its codestream_header.h, color_encoding.h and types.h."""

import ctypes
from enum import IntEnum

_FIELD = ctypes.c_uint32


class Event(IntEnum):
    """What decoding stops for, where it was asked to."""

    NEEDS_PIXELS = 5
    NEEDS_METADATA = 7
    BASIC_INFO = 0x40
    COLORS = 0x100
    FRAME = 0x400
    PIXELS = 0x1000
    BOX = 0x4000


class Sample(IntEnum):
    """How the samples of pixels are written."""

    BYTE = 2
    SHORT = 3


class Transfer(IntEnum):
    """How light becomes samples."""

    TELEVISION = 1
    LINEAR = 8
    SRGB = 13
    PQ = 16
    CINEMA = 17
    HLG = 18


class Channel(IntEnum):
    """Kinds of extra channels."""

    BLACK = 4


class BasicInfo(ctypes.Structure):
    """Of an image; sizes before it is turned."""

    _fields_ = (
        ("have_container", _FIELD),
        ("xsize", _FIELD),
        ("ysize", _FIELD),
        ("bits_per_sample", _FIELD),
        ("exponent_bits_per_sample", _FIELD),
        ("light", ctypes.c_float * 4),
        ("uses_original_profile", _FIELD),
        ("have_preview", _FIELD),
        ("have_animation", _FIELD),
        ("orientation", _FIELD),
        ("num_color_channels", _FIELD),
        ("num_extra_channels", _FIELD),
        ("alpha_bits", _FIELD),
        ("alpha_exponent_bits", _FIELD),
        ("alpha_premultiplied", _FIELD),
        ("preview", _FIELD * 2),
        ("tps_numerator", _FIELD),
        ("tps_denominator", _FIELD),
        ("num_loops", _FIELD),
        ("have_timecodes", _FIELD),
        ("intrinsic", _FIELD * 2),
        ("padding", ctypes.c_uint8 * 100),
    )


class FrameHeader(ctypes.Structure):
    """Of a frame, or of one of its layers."""

    _fields_ = (
        ("duration", _FIELD),
        ("timecode", _FIELD),
        ("name_length", _FIELD),
        ("is_last", _FIELD),
        ("have_crop", _FIELD),
        ("crop", ctypes.c_int32 * 2),
        ("xsize", _FIELD),
        ("ysize", _FIELD),
        ("blending", _FIELD * 4),
        ("save_as_reference", _FIELD),
    )


class ColorEncoding(ctypes.Structure):
    """Colors, where they are no profile."""

    _fields_ = (
        ("color_space", ctypes.c_int),
        ("white_point", ctypes.c_int),
        ("white_point_xy", ctypes.c_double * 2),
        ("primaries", ctypes.c_int),
        ("primaries_xy", ctypes.c_double * 6),
        ("transfer_function", ctypes.c_int),
        ("gamma", ctypes.c_double),
        ("rendering_intent", ctypes.c_int),
    )


class ExtraChannel(ctypes.Structure):
    """Of a channel beside those of the colors."""

    _fields_ = (("type", _FIELD), ("others", _FIELD * 10))


class PixelFormat(ctypes.Structure):
    """How pixels are written, row by row."""

    _fields_ = (
        ("channels", _FIELD),
        ("sample", ctypes.c_int),
        ("endianness", ctypes.c_int),
        ("align", ctypes.c_size_t),
    )
