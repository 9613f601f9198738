"""The structures of libwebp's encoder, as its headers lay them out."""

import ctypes

# The layouts below are those of these versions, and of all with the same upper byte; libwebp refuses another one.
ENCODER_ABI, MUX_ABI = 0x020F, 0x0108


class Config(ctypes.Structure):
    """How one frame is compressed."""

    _fields_ = (
        ("lossless", ctypes.c_int),
        ("quality", ctypes.c_float),
        ("method", ctypes.c_int),
        # Hint, target size and signal, segments, filters.
        ("tuning", ctypes.c_int * 9),
        # Compression, filtering, quality.
        ("alpha", ctypes.c_int * 3),
        # Passes, preprocessing, partitions, threads, memory.
        ("work", ctypes.c_int * 8),
        ("near_lossless", ctypes.c_int),
        ("exact", ctypes.c_int),
        ("use_delta_palette", ctypes.c_int),
        ("use_sharp_yuv", ctypes.c_int),
        ("quality_range", ctypes.c_int * 2),
    )


class PictureView(ctypes.Structure):
    """Pixels that are to be compressed, and who takes the bytes."""

    _fields_ = (
        ("use_argb", ctypes.c_int),
        ("colorspace", ctypes.c_int),
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("planes", ctypes.c_void_p * 3),
        ("strides", ctypes.c_int * 2),
        ("alpha", ctypes.c_void_p),
        ("alpha_stride", ctypes.c_int),
        ("padding1", ctypes.c_uint32 * 2),
        ("argb", ctypes.c_void_p),
        ("argb_stride", ctypes.c_int),
        ("padding2", ctypes.c_uint32 * 3),
        ("writer", ctypes.c_void_p),
        ("custom", ctypes.c_void_p),
        ("extra_info_type", ctypes.c_int),
        ("extra_info", ctypes.c_void_p),
        ("stats", ctypes.c_void_p),
        ("error_code", ctypes.c_int),
        ("progress_hook", ctypes.c_void_p),
        ("user_data", ctypes.c_void_p),
        ("padding3", ctypes.c_uint32 * 3),
        ("padding4", ctypes.c_void_p * 2),
        ("padding5", ctypes.c_uint32 * 8),
        ("memory", ctypes.c_void_p * 2),
        ("padding6", ctypes.c_void_p * 2),
    )


class AnimationOptions(ctypes.Structure):
    """What holds for all frames."""

    _fields_ = (
        ("background", ctypes.c_uint32),
        ("loop_count", ctypes.c_int),
        ("minimize_size", ctypes.c_int),
        ("kmin", ctypes.c_int),
        ("kmax", ctypes.c_int),
        ("allow_mixed", ctypes.c_int),
        ("verbose", ctypes.c_int),
        ("padding", ctypes.c_uint32 * 4),
    )


class Data(ctypes.Structure):
    """Bytes that libwebp has allocated."""

    _fields_ = (("bytes", ctypes.c_void_p), ("size", ctypes.c_size_t))
